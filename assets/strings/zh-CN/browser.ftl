### Only in the browser edition: tabs, new versions, keeping the data. And the passphrase of devices without a key store.

browser-elsewhere-title = 暖访已在另一个标签页里打开
browser-elsewhere-note = 一台设备上只在一个标签页里用。那边填的内容都已存好，可以放心换过来。
browser-elsewhere-here = 换到这里用
browser-new-version = 暖访有新版本，已经下载好
browser-new-version-note = 更新只要一两秒，填过的内容都在。
browser-new-version-now = 现在更新
browser-not-kept = 空间不够时，浏览器可能清掉本机的档案
browser-not-kept-note = 请在浏览器菜单里点“添加到主屏幕”，以后从那里打开，并及时联网上传。
phrase-title = 输入口令
phrase-choose = 设置口令
phrase-again = 再输入一次口令
phrase-label = 口令
phrase-note = 至少十个字，自己记得住、别人猜不到，例如一句话。
browser-unkept = 没有网络时，暖访会打不开
browser-unkept-note = 手机空间不够，或者下载断了。请清理出一些空间，联网时关掉这一页再打开。
