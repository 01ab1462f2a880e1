package cn.nuanfang.app

import android.content.res.Configuration
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowManager
import android.webkit.WebView
import androidx.activity.addCallback
import androidx.activity.enableEdgeToEdge
import androidx.core.graphics.Insets
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat

/** The one window. What it shows is a web page; here is only what Android asks of the frame around it. */
class MainActivity : TauriActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    dress()
    super.onCreate(savedInstanceState)
    // Files of children at risk belong neither into screenshots and recordings nor into the list of recent apps. On the telephone
    // with the help desk a worker reads out what she sees. Debug builds allow pictures: they hold invented persons.
    if (!BuildConfig.DEBUG) window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    keepClearOfBars()
  }

  override fun onConfigurationChanged(newConfig: Configuration) {
    super.onConfigurationChanged(newConfig)
    // Dark or light may have changed.
    dress()
  }

  /** The paper behind the system's bars, and icons on them that can be seen. */
  private fun dress() {
    enableEdgeToEdge()
    window.setBackgroundDrawableResource(R.color.paper)
  }

  /**
   * From Android 15 on, apps are drawn below the bars, and only WebView 144 and later tell every page how tall they are. So the
   * page gets what bars, camera and keyboard leave: on every version, the field being written and the button below it stay in sight.
   */
  private fun keepClearOfBars() {
    ViewCompat.setOnApplyWindowInsetsListener(findViewById(android.R.id.content)) { content, insets ->
      val everything =
        WindowInsetsCompat.Type.systemBars() or WindowInsetsCompat.Type.displayCutout() or WindowInsetsCompat.Type.ime()
      val taken = insets.getInsets(everything)
      content.setPadding(taken.left, taken.top, taken.right, taken.bottom)
      // The page need not keep clear of them again. Zeros instead of CONSUMED: a WebView that hears nothing keeps what it knew.
      WindowInsetsCompat.Builder(insets).setInsets(everything, Insets.NONE).build()
    }
  }

  override fun onWebViewCreate(webView: WebView) {
    // Until the page has drawn itself.
    webView.setBackgroundColor(getColor(R.color.paper))
    // What is written about a family is nothing for a password manager to offer elsewhere.
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
      webView.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
    }
    // The page closes a sheet or goes back, and says so by taking the event (ui/src/nav.rs). At its root the app steps aside, with
    // everything as it is. Added after Tauri's own callback and therefore asked before it: that one would go back in the
    // WebView's history, which knows of no sheets.
    onBackPressedDispatcher.addCallback(this) {
      webView.evaluateJavascript("dispatchEvent(new Event('nuanfang-back', { cancelable: true }))") { untaken ->
        if (untaken != "false") moveTaskToBack(true)
      }
    }
  }
}
