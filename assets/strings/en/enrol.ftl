### First start: server, one-time code, PIN.

enrol-welcome = Welcome to Nuanfang
enrol-intro = Enter the server address and the one-time code from your administrator. Joining needs a network; later work does not.
enrol-intro-code = Enter the one-time code from your administrator. Joining needs a network; later work does not.
enrol-intro-anew = Ask your administrator for a new one-time code. With the code and a new PIN, whatever was not uploaded comes back by itself; nothing is lost. This needs the network.
enrol-back-to-pin = Back, try the PIN again
enrol-label-browser = { $system } browser
enrol-server = Server address
enrol-server-hint = For example https://nuanfang.example.cn
enrol-code = One-time code
enrol-code-hint = From your administrator; it works once
enrol-pin-title = Choose a six-digit PIN
enrol-pin-note = You will need it every time you open the app. It stays on this device; please remember it well.
enrol-pin-again = Once more
enrol-pin-differs = The two were different. Please choose again.
enrol-step = Step { $n } of { $total }
enrol-downloading = Downloading the files of your areas…
enrol-working = Enrolling this device…
