### Only in the browser edition: tabs, new versions, keeping the data. And the passphrase of devices without a key store.

browser-elsewhere-title = Nuanfang is open in another tab
browser-elsewhere-note = One tab at a time works on this device. What was entered there is saved; you can safely move here.
browser-elsewhere-here = Use it here
browser-new-version = A new version of Nuanfang is ready
browser-new-version-note = Updating takes a second or two; nothing you entered is lost.
browser-new-version-now = Update now
browser-not-kept = When space runs out, the browser may clear the files on this device
browser-not-kept-note = Choose “Add to home screen” in the browser's menu, open Nuanfang from there, and upload whenever there is a network.
phrase-title = Enter the passphrase
phrase-choose = Choose a passphrase
phrase-again = Enter the passphrase again
phrase-label = Passphrase
phrase-note = At least ten characters that you remember and nobody guesses: a sentence, say.
browser-unkept = Without a network this app will not open
browser-unkept-note = There is no room on this device, or the download broke. Free some space, then close this page and open it again with a network.
