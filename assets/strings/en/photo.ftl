### Photos of a visit: never required.

photo-add = Add photos (optional)
photo-title = Photos
photo-nth = Photo { $n }
photo-remove = Remove this one
photo-remove-note = It cannot be brought back.
photo-keep = Keep it
photo-saved = Saved on this device
photo-uploaded = Uploaded
photo-away = Shown when online
photo-working = Working…
photo-count = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}
photo-pending = { $count ->
    [one] { $count } photo waits to be uploaded
   *[other] { $count } photos wait to be uploaded
}
photo-sent = { $count ->
    [one] { $count } photo uploaded
   *[other] { $count } photos uploaded
}
