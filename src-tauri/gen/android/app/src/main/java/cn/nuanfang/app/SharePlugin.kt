package cn.nuanfang.app

import android.app.Activity
import android.content.Intent
import androidx.core.content.FileProvider
import app.tauri.annotation.Command
import app.tauri.annotation.InvokeArg
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Invoke
import app.tauri.plugin.Plugin
import java.io.File

/** As src/share.rs sends it. */
@InvokeArg
class Document {
  lateinit var path: String
  lateinit var mime: String
}

/** Offers a file to other apps. The one that is chosen may read this file, and nothing else. */
@TauriPlugin
class SharePlugin(private val activity: Activity) : Plugin(activity) {
  @Command
  fun share(invoke: Invoke) {
    val document = invoke.parseArgs(Document::class.java)
    // The application starts it: the activity of this plugin may have been replaced by another since.
    val app = activity.applicationContext
    val send = Intent(Intent.ACTION_SEND)
      .setType(document.mime)
      .putExtra(Intent.EXTRA_STREAM, FileProvider.getUriForFile(app, "${app.packageName}.fileprovider", File(document.path)))
      .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
    app.startActivity(Intent.createChooser(send, null).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
    invoke.resolve()
  }
}
