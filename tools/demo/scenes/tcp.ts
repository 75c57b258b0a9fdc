import { get16, get32, TCP } from '@tiny/core'
import { tcp } from '@tiny/tcp'
import { errorName } from '../errors.ts'
import { PAGE, servePage } from '../page.ts'
import { plural } from '../paint.ts'
import type { Scene } from '../scene.ts'
import { type Station, WIRE } from '../stage.ts'

const HTTP = 80
const LOSS = 0.15
/** Columns between the two machines. */
const WIDTH = 62
/** And those that the arrow of a lost segment goes. */
const LOST = 40
// Where things lie in an Ethernet frame with IPv4 and no options, as all of these are.
const PROTO = 23
const HEADER = 34
const REQUEST = 'GET / HTTP/1.0\r\n\r\n'
const FLAGS: readonly [number, string][] = [
  [2, 'SYN'],
  [1, 'FIN'],
  [4, 'RST'],
  [16, 'ACK'],
]

interface Segment {
  from: string
  sentAt: number
  /** null: the wire has lost it. */
  arrivedAt: number | null
  text: string
  isAgain: boolean
  octets: Buffer
}

/** A page over a connection, and every segment of it. */
export const page: Scene = {
  name: 'tcp',
  title: 'TCP',
  about: `right serves a page of ${PAGE.length.toLocaleString('en')} octets, left fetches it, and the wire loses ${LOSS * 100} % of all frames; numbers count from each side's first`,
  play(stage, { line, paint }) {
    const { left, right, net } = stage
    const segments: Segment[] = []
    // Where the numbers of each side start, and how far it has come.
    const first = new Map<string, number>()
    const reached = new Map<string, number>()

    function describe(from: string, to: string, b: Uint8Array, o: number): { text: string; isAgain: boolean } {
      const flags = b[o + 13] ?? 0
      const seq = get32(b, o + 4)
      if (!first.has(from)) first.set(from, seq)
      const n = get16(b, o - 20 + 2) - 20 - (((b[o + 12] ?? 0) >> 4) << 2)
      const at = (seq - (first.get(from) ?? 0)) | 0
      const end = at + n + (flags & 3 ? 1 : 0)
      const isAgain = end > at && end <= (reached.get(from) ?? 0)
      reached.set(from, Math.max(end, reached.get(from) ?? 0))
      const names = FLAGS.filter(([bit]) => flags & bit && (bit !== 16 || (n === 0 && !(flags & 1)))).map(
        ([, name]) => name,
      )
      const what = [...names, ...(n > 0 ? [`${at} to ${at + n - 1}`] : [])].join(', ')
      return { text: flags & 16 ? `${what}, ack ${(get32(b, o + 8) - (first.get(to) ?? 0)) | 0}` : what, isAgain }
    }
    // Listens at both ends of the cable; gives back what takes it off again.
    function watch(from: Station, to: Station): () => void {
      const { send } = from.dev
      const { recv } = to.dev
      from.dev.send = (b, o, n) => {
        if (b[o + PROTO] === TCP && n >= HEADER + 20)
          segments.push({
            ...describe(from.name, to.name, b, o + HEADER),
            ...{ from: from.name, sentAt: net.now(), arrivedAt: null, octets: Buffer.from(b.slice(o, o + n)) },
          })
        return send(b, o, n)
      }
      to.dev.recv = (b, o, n, flags) => {
        const octets = Buffer.from(b.buffer, b.byteOffset + o, n)
        const found = segments.findLast(
          s => s.arrivedAt === null && octets.subarray(0, s.octets.length).equals(s.octets),
        )
        if (found) found.arrivedAt = net.now()
        recv(b, o, n, flags)
      }
      return () => {
        from.dev.send = send
        to.dev.recv = recv
      }
    }

    const server = tcp(right.ip)
    const client = tcp(left.ip)
    servePage(server, HTTP)
    const taps = [watch(left, right), watch(right, left)]
    for (const { dev } of [left, right]) dev.impair({ loss: LOSS })
    let text = ''
    let code: number | null = null
    const b = new Uint8Array(1024)
    client.connect(right.address, HTTP, {
      onWritable: c => void client.write(c, Buffer.from(REQUEST)),
      onReadable(c) {
        for (let n = 0; (n = client.read(c, b)) > 0; ) text += Buffer.from(b.buffer, 0, n).toString()
      },
      onEnd: c => void client.close(c),
      onClose: (_, told) => void (code = told),
    })
    const start = net.now()
    net.run(300_000, () => code !== null)
    net.run(10_000)
    for (const untap of taps) untap()
    for (const { dev } of [left, right]) dev.impair({ loss: WIRE.loss })

    line(`${' '.repeat(14)}${paint.cool('left')}${' '.repeat(WIDTH - 3)}${paint.good('right')}`)
    for (const { from, sentAt, arrivedAt, text: what, isAgain } of segments) {
      const isLeft = from === 'left'
      const label = ` ${what}${isAgain ? ', again' : ''} `
      const reach = arrivedAt === null ? LOST : WIDTH - 1
      const shaft = label.padEnd(reach - 3, '─')
      const back = label.padStart(reach - 3, '─')
      const head = arrivedAt === null ? 'x' : isLeft ? '▶' : '◀'
      const arrow = (isLeft ? `───${shaft}${head}`.padEnd(WIDTH) : `${head}${back}───`.padStart(WIDTH)).slice(0, WIDTH)
      const colour = arrivedAt === null ? paint.bad : isLeft ? paint.cool : paint.good
      const time = (at: number | null): string => (at === null ? 'lost' : (at - start).toFixed(1)).padStart(9)
      const [near, far] = isLeft ? [sentAt, arrivedAt] : [arrivedAt, sentAt]
      line(
        `${paint.dim(time(near))} ms ${colour(`│${arrow}│`)}${paint.dim(`${time(far)} ms`)}`.replace(
          /lost ms/,
          'lost   ',
        ),
      )
    }
    const lost = segments.filter(({ arrivedAt }) => arrivedAt === null).length
    const isWhole = code === 0 && text.endsWith(`\r\n\r\n${PAGE}`)
    line(
      isWhole
        ? `${plural(PAGE.length, 'octet')}, each as it was served, in ${plural(segments.length, 'segment')}, of which the wire has lost ${lost}`
        : paint.bad(`the page is not whole: ${text.length} octets, ${code === null ? 'no end' : errorName(code)}`),
    )
    const found = segments.map(({ octets: _, ...rest }) => rest)
    return { passed: isWhole, octets: PAGE.length, lost, segments: found }
  },
}
