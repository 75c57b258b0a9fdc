import { closeSync, readSync } from 'node:fs'
import { respond } from './respond.js'

const LONGEST = 8192

/** Serves the files of a folder, any number of requests a connection, one answer after the other. */
export function serve(t, port, folder) {
  const b = Buffer.alloc(16384)
  // The next request, '' while it is not whole. What comes while an answer is under way waits in the receive buffer.
  function request(c) {
    const s = c.app
    for (let n; s.text.length < LONGEST && (n = t.read(c, b)) > 0; ) s.text += b.latin1Slice(0, n)
    const end = s.text.indexOf('\r\n\r\n') + 4
    if (end < 4) return s.text.length < LONGEST ? '' : 'too long'
    const text = s.text.slice(0, end)
    s.text = s.text.slice(end)
    return text
  }
  function end(c) {
    while (t.read(c, b) > 0); // what is left unread would reset the connection, and the answer with it
    t.release(c)
  }
  // Writes what there is room for; onWritable says when there is more.
  function go(c) {
    const s = c.app
    for (;;) {
      if (!s.answer) {
        const text = request(c)
        if (!text) return s.isEnded ? end(c) : undefined
        s.answer = respond(folder, text)
      }
      const r = s.answer
      const at = r.at - r.head.length
      const most = Math.min(b.length, r.size - at)
      const n = at < 0 ? r.head.copy(b, 0, r.at) : most > 0 ? readSync(r.file, b, 0, most, at) : 0
      const taken = t.write(c, b, 0, n)
      if (taken > 0) r.at += taken
      if (taken < n) return
      if (n > 0) continue
      if (r.file) closeSync(r.file)
      s.answer = null
      if (r.isLast || most > 0) return end(c)
    }
  }
  const handlers = {
    onWritable(c) {
      c.app ??= { text: '', answer: null, isEnded: false }
      go(c)
    },
    onReadable: go,
    onEnd(c) {
      c.app.isEnded = true
      go(c)
    },
    onClose: c => void (c.app?.answer?.file && closeSync(c.app.answer.file)),
  }
  // As many as may come at once: who is pushed out of the backlog is reset.
  return t.listen(port, handlers, { backlog: 256 })
}
