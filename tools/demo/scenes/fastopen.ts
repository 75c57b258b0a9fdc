import { get16, TCP } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { wrap } from '@tiny/core/wrap'
import { sim } from '@tiny/sim'
import { type Connection, status, tcp } from '@tiny/tcp'
import { connect, serve, tfo } from '@tiny/tfo'
import { errorName } from '../errors.ts'
import { machine } from '../machine.ts'
import { ANSWER, servePage } from '../page.ts'
import { ms } from '../paint.ts'
import type { Scene } from '../scene.ts'

const HTTP = 80
/** Milliseconds of the way, no jitter and no loss: what is saved is seen. */
const DELAY = 50
const REQUEST = Buffer.from('GET / HTTP/1.0\r\n\r\n')
// Where things lie in an Ethernet frame with IPv4 and no options of it, as all of these are.
const PROTO = 23
const HEADER = 34
const FAST_OPEN = 34
const FLAGS: readonly [number, string][] = [
  [2, 'SYN'],
  [1, 'FIN'],
  [4, 'RST'],
  [16, 'ACK'],
]

/** A frame in words, up to what is told of its text; '' when it is none of TCP. */
function describe(b: Uint8Array, o: number): string {
  if (b[o + PROTO] !== TCP) return ''
  const at = o + HEADER
  const end = at + (((b[at + 12] ?? 0) >> 4) << 2)
  const flags = b[at + 13] ?? 0
  const words = FLAGS.filter(([bit]) => flags & bit).map(([, name]) => name)
  for (let p = at + 20; p < end && b[p]; p += b[p] === 1 ? 1 : (b[p + 1] ?? 2))
    if (b[p] === FAST_OPEN) words.push((b[p + 1] ?? 2) > 2 ? 'cookie' : 'a cookie, please')
  const n = get16(b, o + 16) - (end - at) - 20
  return [...words, ...(n > 0 ? [`${n} octets`] : [])].join(', ')
}

/** The same page twice, by Fast Open. */
export const fastOpen: Scene = {
  name: 'fastOpen',
  title: 'TCP Fast Open',
  about: `a wire of ${DELAY} ms each way, and the page twice: the first time left asks for a cookie, the second time its request goes with the SYN, and right answers before the handshake is over`,
  play({ seed }, { line, paint }) {
    const net = sim({ seed })
    const wire = net.wire({ delay: DELAY })
    const segments: { fetch: number; from: string; at: number; text: string }[] = []
    let fetch = 0
    let start = 0
    const side = (i: 0 | 1, name: string) => {
      const card = wire[i]
      const dev = wrap(
        card,
        (b, o, n) => {
          const text = describe(b, o)
          if (text !== '') segments.push({ fetch, from: name, at: net.now() - start, text })
          return card.send(b, o, n)
        },
        (b, o, n, flags) => dev.recv(b, o, n, flags),
      )
      const m = machine(net.env(), dev, prefix(`10.0.1.${i + 1}/24`), {})
      net.host(m.h, dev)
      return { ...m, t: tcp(m.ip, { fastOpen: tfo(), sendBuffer: 8192, receiveBuffer: 8192 }) }
    }
    const left = side(0, 'left')
    const right = side(1, 'right')
    serve(right.t, servePage(right.t, HTTP))
    const to = Uint8Array.of(10, 0, 1, 2)
    // Who is asked for an echo is known to ARP: the page does not wait for that.
    const q = left.p.open({})
    if (typeof q !== 'number') left.p.send(q, to, 0)
    net.run(1000)

    const found: { ms: number; isFast: boolean; isWhole: boolean; code: number | null }[] = []
    const b = new Uint8Array(8192)
    while (fetch < 2) {
      const got: Buffer[] = []
      const result = { ms: -1, isFast: false, isWhole: false, code: null as number | null }
      start = net.now()
      connect(
        left.t,
        to,
        HTTP,
        {
          onWritable: (c: Connection) => void (result.isFast = status(left.t, c).hasFastOpen),
          onReadable(c: Connection) {
            for (let n = 0; (n = left.t.read(c, b)) > 0; ) got.push(Buffer.from(b.slice(0, n)))
            result.isWhole = Buffer.concat(got).equals(ANSWER)
            if (result.isWhole) result.ms = net.now() - start
          },
          onEnd: (c: Connection) => void left.t.close(c),
          onClose: (_c: Connection, code: number) => void (result.code = code),
        },
        REQUEST,
      )
      net.run(10_000)
      found.push(result)
      for (const { from, at, text } of segments.filter(s => s.fetch === fetch)) {
        const way = from === 'left' ? paint.cool('left → right') : paint.good('left ← right')
        line(`${paint.dim(ms(at))}  ${way}  ${text}`)
      }
      const name = fetch === 0 ? 'first' : 'second'
      line(
        result.isWhole && result.code === 0
          ? `${ms(result.ms)}  the page is whole, the ${name} time${result.isFast ? ', and the request went with the SYN' : ''}`
          : paint.bad(`the page is not whole: ${result.code === null ? 'no end' : errorName(result.code)}`),
      )
      line('')
      fetch++
    }
    const saved = (found[0]?.ms ?? 0) - (found[1]?.ms ?? 0)
    const passed = found.every(f => f.isWhole && f.code === 0) && found[1]?.isFast === true && saved >= 2 * DELAY
    line(
      passed
        ? `${saved.toFixed(1)} ms saved: one round trip`
        : paint.bad(`${saved.toFixed(1)} ms saved, and a round trip is ${2 * DELAY} ms`),
    )
    return { passed, saved, fetches: found, segments }
  },
}
