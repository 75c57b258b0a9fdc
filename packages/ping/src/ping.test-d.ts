// One accepted and one refused line a rule.
import type { Ip } from '@tiny/core'
import { type Handlers, ping, type Socket } from './index.ts'

declare const ip: Ip
const to = new Uint8Array(4)

const p = ping(ip, { sockets: 1, requests: 4 })
// @ts-expect-error an option that ping does not know
ping(ip, { timeout: 4 })

const s = p.open({})
// @ts-expect-error it may be an error
p.send(s, to, 0)
if (typeof s !== 'number') p.send(s, to, 0)

declare const open: Socket<number>
p.send(open, to, 0, { size: 8, timeout: 100, ttl: 1, tos: 0, df: true })
// @ts-expect-error no option of that name can be sent with
p.send(open, to, 0, { count: 3 })
// @ts-expect-error addresses are octets
p.send(open, '10.0.0.1', 0)
// @ts-expect-error the identifier belongs to the engine
open.id = 7
open.app = 7
// @ts-expect-error not what the application said it keeps there
open.app = 'text'

const handlers: Handlers<number> = { onReply() {} }
p.open<number>(handlers)
// @ts-expect-error a handler that does not exist
p.open({ onTimeout() {} })
