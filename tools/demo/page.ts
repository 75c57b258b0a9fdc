// A page, and a server that has no other.
import type { Connection, Listener, Tcp } from '@tiny/tcp'

/** What is served: lines of a text that tells its own place. */
export const PAGE: Buffer = Buffer.from(
  Array.from(
    { length: 120 },
    (_, i) => `line ${String(i + 1).padStart(3)}: ${'served from JavaScript, octet by octet. '}\n`,
  ).join(''),
)

/** The whole answer. */
export const ANSWER: Buffer = Buffer.concat([
  Buffer.from(`HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${PAGE.length}\r\n\r\n`),
  PAGE,
])

/** Answers any request with the page, and closes. The application's field holds how much is written, -1: nothing asked. */
export function servePage(t: Tcp, port: number): Listener {
  const b = new Uint8Array(1024)
  const write = (c: Connection<number>): void => {
    if ((c.app ?? -1) < 0) return
    c.app = (c.app ?? 0) + Math.max(t.write(c, ANSWER, c.app), 0)
    if (c.app === ANSWER.length) t.close(c)
  }
  return t.listen<number>(port, {
    onWritable: write,
    onReadable(c) {
      for (let n = 0; (n = t.read(c, b)) > 0; ) if (Buffer.from(b.buffer, 0, n).includes('\r\n\r\n')) c.app ??= 0
      write(c)
    },
    onEnd: c => void t.close(c),
  }) as Listener
}
