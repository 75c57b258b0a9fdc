// One accepted and one refused line a rule.
import type { Ip } from '@tiny/core'
import {
  type Connection,
  type Handlers,
  type Settings,
  status,
  type Tcp,
  tcp,
  tune,
  unlisten,
  urgent,
} from './index.ts'
import { sack } from './sack.ts'
import { timestamps } from './timestamps.ts'
import { wscale } from './wscale.ts'

declare const ip: Ip
const b = new Uint8Array(8)

const t: Tcp = tcp(ip, {
  connections: 4,
  timeWaits: 4,
  sendBuffer: 1024,
  receiveBuffer: 1024,
  minRto: 200,
  timeWait: 1,
})
// @ts-expect-error an option that tcp does not know
tcp(ip, { fastOpen: true })
// @ts-expect-error a size is a number
tcp(ip, { sendBuffer: '4096' })

// Each slot takes what fills it, made by a call, and nothing else.
tcp(ip, { windowScale: wscale(), timestamps: timestamps(), sack: sack() })
// @ts-expect-error window scaling is no SACK
tcp(ip, { sack: wscale() })
// @ts-expect-error timestamps are no window scaling
tcp(ip, { windowScale: timestamps() })
// @ts-expect-error the factory is to be called: two stacks share nothing
tcp(ip, { timestamps })
// @ts-expect-error wscale is no name of a slot
tcp(ip, { wscale: wscale() })

// What connect and listen refuse with is no connection: it must be looked at first.
const c = t.connect(b, 80, {})
// @ts-expect-error it may be an error
t.write(c, b)
if (typeof c !== 'number') t.write(c, b, 0, 8)
const l = t.listen(80, {}, { backlog: 4, address: b })
// @ts-expect-error it may be an error
unlisten(t, l)
if (typeof l !== 'number') unlisten(t, l)

// @ts-expect-error a handler that does not exist
t.listen(80, { onDatagram() {} })
// @ts-expect-error an option of listen that does not exist
t.listen(80, {}, { reuse: true })
// @ts-expect-error an option of connect that does not exist
t.connect(b, 80, {}, { timeout: 1 })
// @ts-expect-error addresses are octets
t.connect('10.0.0.1', 80, {})

declare const open: Connection<{ count: number }>
// @ts-expect-error the state belongs to the engine
open.state = 4
if (open.app) open.app.count++
open.app = { count: 1 }
// @ts-expect-error not what the application said it keeps there
open.app = 'text'

const handlers: Handlers<number> = {
  onReadable(x) {
    x.app = (x.app ?? 0) + 1
  },
}
t.listen<number>(80, handlers)
// @ts-expect-error these handlers keep something else
t.listen<string>(80, handlers)

const settings: Settings = {
  noDelay: true,
  keepAlive: 1,
  keepInterval: 1,
  keepCount: 1,
  userTimeout: 1,
  tos: 1,
  ttl: 1,
}
tune(t, open, settings)
// @ts-expect-error no setting of that name
tune(t, open, { nagle: false })
const { state, sndUna, unread }: { state: number; sndUna: number; unread: number } = status(t, open)
urgent(t, open)
t.write(open, b, state, sndUna + unread)
// @ts-expect-error verbs of their own, not of the engine
t.urgent(open)
