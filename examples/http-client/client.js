import { address } from '@tiny/core/text'

const LONGEST = 16384

/**
 * Fetches a resource with HTTP/1.0, which ends where the connection ends.
 *
 * @param t what tcp() made
 * @param url http://, an address, a path
 * @param on onHead(status, fields), then onBody(octets) any number of times, then onEnd(''), or onEnd(what went wrong)
 */
export function get(t, url, on) {
  const { protocol, hostname, host, port, pathname, search } = new URL(url)
  if (protocol !== 'http:') throw new RangeError(`${url}: only http is spoken here`)
  const b = Buffer.alloc(16384)
  let head = ''
  let isBody = false
  let left = Infinity
  // Takes what belongs to the head, and gives back how many octets of b that was.
  function takeHead(n) {
    const before = head.length
    head += b.latin1Slice(0, n)
    const end = head.indexOf('\r\n\r\n') + 4
    if (end < 4) return n
    const [first, ...lines] = head.slice(0, end - 4).split('\r\n')
    const fields = Object.fromEntries(lines.map(line => [line.split(':')[0].toLowerCase(), line.replace(/.*?: */, '')]))
    isBody = true
    if (fields['content-length']) left = Number(fields['content-length'])
    on.onHead(Number(first.split(' ')[1]), fields)
    return end - before
  }
  const c = t.connect(address(hostname), Number(port) || 80, {
    onWritable(c) {
      // The one write of this connection: it fits. Our end stays open: servers take a closed one for a client that is gone.
      const request = Buffer.from(`GET ${pathname}${search} HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
      if (t.write(c, request) < request.length) t.abort(c)
    },
    onReadable(c) {
      for (let n; (n = t.read(c, b)) > 0; ) {
        const at = isBody ? 0 : takeHead(n)
        if (head.length > LONGEST && !isBody) return void t.abort(c)
        left -= n - at
        if (n > at) on.onBody(b.subarray(at, n))
      }
    },
    onEnd: c => t.close(c),
    onClose(_c, code) {
      const isShort = !isBody || (left > 0 && left < Infinity)
      on.onEnd(code < 0 ? `error ${-code}` : isShort ? 'ended early' : '')
    },
  })
  if (typeof c === 'number') throw new Error(`${url}: error ${-c}`)
  return c
}
