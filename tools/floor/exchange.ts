// Two machines on a lossy wire, the same on every engine: pings, and datagrams of all sizes, whole and in fragments, answered and
// compared, some of them to a port where nobody listens. One seed decides all, and the hash of everything that arrived
// and when has to be the same everywhere. It prints what came of it, the hash in the last line.
import { host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { type Ping, type Handlers as PingHandlers, type Socket as PingSocket, ping } from '@tiny/ping'
import { type Handlers, type Socket, type Udp, udp } from '@tiny/udp'
import { scene } from './scene.ts'

const SEED = 20
const ROUNDS = 60
const LARGEST = 3000

const { net, left, right, observer, mixIn, end } = scene(SEED, {
  delay: 5,
  jitter: 3,
  loss: 0.05,
  duplicate: 0.02,
  reorder: 0.02,
  corrupt: 0.01,
})

function machine(dev: typeof left, address: string): { u: Udp; p: Ping } {
  const h = host(net.env(), { room: LARGEST + 8, pool: 32768, observer })
  const ip = ipv4(h, ethernet(h, dev), {
    address: prefix(address),
    gateways: gateways([]),
    fragment: fragment(),
    maxDatagram: LARGEST + 28,
  })
  net.host(h, dev)
  return { u: udp(ip), p: ping(ip) }
}
const client = machine(left, '10.0.0.1/24')
const server = machine(right, '10.0.0.2/24')

// Echoes whatever comes.
const echo: Handlers = {
  onDatagram: (s, b, o, n, a, port) => void server.u.send(s, b, o, n, b, a, port),
}
server.u.bind(7, echo, { queue: 8192 })

let answers = 0
let wrong = 0
let refused = 0
const asker: Handlers = {
  onDatagram(_, b, o, n) {
    answers++
    for (let i = 1; i < n; i++) if (b[o + i] !== (((b[o] as number) + i) & 255)) wrong++
  },
  onError: () => void refused++,
}
const asking = client.u.bind(0, asker, { queue: 8192 }) as Socket

let replies = 0
let lost = 0
const pinger: PingHandlers = {
  onReply(_, seq, rttMs, n) {
    replies++
    // The round-trip time to the microsecond, which no engine may round in its own way.
    for (const x of [seq, n, Math.round(rttMs * 1000)]) for (let i = 0; i < 32; i += 8) mixIn((x >>> i) & 255)
  },
  onError: () => void lost++,
}
const pinging = client.p.open(pinger) as PingSocket

const peer = prefix('10.0.0.2/24').address
const message = new Uint8Array(LARGEST)
for (let round = 0; round < ROUNDS; round++) {
  net.after(round * 40, () => {
    const n = 1 + ((net.rand() >>> 8) % LARGEST)
    for (let i = 0; i < n; i++) message[i] = round + i
    // Every tenth goes to a port where nobody listens.
    client.u.send(asking, message, 0, n, peer, 0, round % 10 === 9 ? 9 : 7)
    client.p.send(pinging, peer, 0, { size: n & 1023 })
  })
}
net.run(ROUNDS * 40 + 5000)

end(`${replies} pings answered, ${lost} lost, ${answers} datagrams answered, ${refused} refused`, wrong)
