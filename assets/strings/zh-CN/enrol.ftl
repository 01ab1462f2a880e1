### First start: server, one-time code, PIN.

enrol-welcome = 欢迎使用暖访
enrol-intro = 请填写管理员给您的服务器地址和登记码。登记要联网，以后没有网也能用。
enrol-intro-code = 请填写管理员给您的登记码。登记要联网，以后没有网也能用。
enrol-intro-anew = 请向管理员要一个新的登记码。输入登记码、设置新的 PIN 以后，没有上传的内容会自动取回，什么也不会丢。这一步需要网络。
enrol-back-to-pin = 返回，再试 PIN
enrol-label-browser = { $system } 浏览器
enrol-server = 服务器地址
enrol-server-hint = 例如 https://nuanfang.example.cn
enrol-code = 登记码
enrol-code-hint = 管理员发给您的代码，只能用一次
enrol-pin-title = 设置六位 PIN
enrol-pin-note = 以后每次打开都用它。它只留在这台设备上，请记牢。
enrol-pin-again = 再输入一次
enrol-pin-differs = 两次不一样，请重新设置。
enrol-step = 第 { $n } 步，共 { $total } 步
enrol-downloading = 正在下载您区域的档案…
enrol-working = 正在登记这台设备…
