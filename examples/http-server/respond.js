import { openSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** What a request is answered with: the octets of a header, and behind them `size` octets of a file. */
export function respond(folder, request) {
  const [, method, target, minor] = /^(\S+) (\/[^?# ]*)\S* HTTP\/1\.(\d)\r\n/.exec(request) ?? []
  const isLast = minor !== '1' || /\nconnection: *close/i.test(request)
  const r = { status: '404 Not Found', type: 'text/plain', length: 0, size: 0, at: 0, isLast }
  if (!minor) r.status = '400 Bad Request'
  else if (method !== 'GET' && method !== 'HEAD') r.status = '501 Not Implemented'
  else
    try {
      // An absolute path has no way up: `..` stays in the folder.
      const path = join(folder, normalize(decodeURIComponent(target)).replace(/\/$/, '/index.html'))
      const found = statSync(path)
      if (found.isFile()) {
        if (method === 'GET') Object.assign(r, { file: openSync(path), size: found.size })
        Object.assign(r, {
          status: '200 OK',
          type: TYPES[extname(path)] ?? 'application/octet-stream',
          length: found.size,
        })
      }
    } catch {} // not there, or not for us
  const lines = [`HTTP/1.1 ${r.status}`, `Content-Type: ${r.type}`, `Content-Length: ${r.length}`]
  r.head = Buffer.from([...lines, `Connection: ${isLast ? 'close' : 'keep-alive'}`, '', ''].join('\r\n'))
  return r
}
