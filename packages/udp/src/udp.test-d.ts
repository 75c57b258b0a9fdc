// One accepted and one refused line a rule.
import type { Ip } from '@tiny/core'
import { connect } from './connect.ts'
import { type Handlers, type Socket, udp } from './index.ts'

declare const ip: Ip
const b = new Uint8Array(8)

const u = udp(ip, { sockets: 4 })
// @ts-expect-error an option that udp does not know
udp(ip, { ports: 4 })

// What bind refuses with is no socket: it must be looked at first.
const s = u.bind(7, {})
// @ts-expect-error it may be an error
u.send(s, b, 0, 1, b, 0, 9)
if (typeof s !== 'number') u.send(s, b, 0, 1, b, 0, 9)

// @ts-expect-error a handler that does not exist
u.bind(7, { onReadable() {} })
// @ts-expect-error an option of bind that does not exist
u.bind(7, {}, { reuse: true })
u.bind(7, {}, { accept: (_b, peer, own, port) => peer + own + port > 0, queue: 64 })
// @ts-expect-error a filter says yes or no
u.bind(7, {}, { accept: () => 1 })

declare const open: Socket<{ count: number }>
// @ts-expect-error addresses are octets
connect(open, '10.0.0.1', 9)
// @ts-expect-error the port belongs to the engine
open.port = 9
if (open.app) open.app.count++
open.app = { count: 1 }
// @ts-expect-error not what the application said it keeps there
open.app = 'text'

const handlers: Handlers<number> = {
  onDatagram(x) {
    x.app = (x.app ?? 0) + 1
  },
}
u.bind<number>(7, handlers)
// @ts-expect-error these handlers keep something else
u.bind<string>(7, handlers)
// @ts-expect-error no option of that name can be sent with
u.send(open, b, 0, 1, b, 0, 9, { dscp: 1 })
u.send(open, b, 0, 1, b, 0, 9, { ttl: 1, tos: 4, df: true, options: b, from: b })
