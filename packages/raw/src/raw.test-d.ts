// One accepted and one refused line a rule.
import { bpf } from '@tiny/bpf'
import type { Dev, Host, Ip, Link } from '@tiny/core'
import { ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { sendWhole } from '@tiny/ipv4/header'
import { attach, lock } from './attach.ts'
import { connect, hear, types } from './connect.ts'
import { type Handlers, raw, type Socket } from './index.ts'
import { type PacketHandlers, type PacketSocket, packet } from './packet.ts'

declare const h: Host
declare const ip: Ipv4
declare const some: Ip
declare const dev: Dev
declare const link: Link
const b = new Uint8Array(28)

const r = raw(some, { sockets: 4 })
// @ts-expect-error an option that raw does not know
raw(some, { socket: 4 })

// The verb for whole datagrams is there with its slot, and only so.
const w = raw(ip, { whole: sendWhole })
// @ts-expect-error sendWhole is for ipv4
raw(some, { whole: sendWhole })

const s = r.open(89, {}, { queue: 4096, accept: (_b, o, n, a) => o + n + a > 0 })
// @ts-expect-error it may be an error
r.send(s, b, 0, 1, b, 0)
// @ts-expect-error a handler that does not exist
r.open(89, { onReadable() {} })
// @ts-expect-error a choice says yes or no
r.open(89, {}, { accept: () => 1 })

declare const open: Socket<number>
r.send(open, b, 0, 1, b, 0, { ttl: 1, tos: 4, df: true, options: b, from: b })
// @ts-expect-error no option of that name can be sent with
r.send(open, b, 0, 1, b, 0, { dscp: 1 })
// @ts-expect-error addresses are octets
r.send(open, b, 0, 1, '10.0.0.1', 0)
w.sendWhole(open, b, 0, 28)
// @ts-expect-error without the slot there is no such verb
r.sendWhole(open, b, 0, 28)
// @ts-expect-error the protocol belongs to the engine
open.proto = 9
open.app = 1
// @ts-expect-error not what the application said it keeps there
open.app = 'text'
const handlers: Handlers<number> = { onDatagram() {} }
r.open<number>(89, handlers)
// @ts-expect-error these handlers keep something else
r.open<string>(89, handlers)

connect(open, b)
hear(open, b)
types(open, [0, 11])
// @ts-expect-error addresses are octets
connect(open, '10.0.0.1')

// What bpf(program) returns is a filter; a program, a function and the like are none.
attach(open, bpf([6, 0, 0, 0]))
attach(open, null)
// @ts-expect-error a program was not validated
attach(open, [6, 0, 0, 0])
// @ts-expect-error a function is no filter
attach(open, () => 0)
// @ts-expect-error null removes a filter, nothing else does
attach(open)
lock(open)
// @ts-expect-error attach() sets it
open.filter = null

// A packet socket lies under ethernet, or on a Link.
const p = packet(h, dev, { sockets: 2 })
ipv4(h, ethernet(h, p.device))
const q = packet(h, link)
ipv4(h, q.device)
// @ts-expect-error what is round a Dev is a Dev
ipv4(h, p.device)
// @ts-expect-error an option that packet does not know
packet(h, dev, { promisc: true })

declare const frames: PacketSocket
attach(frames, bpf([6, 0, 0, 0]))
p.send(frames, b, 0, 28)
// @ts-expect-error a frame says itself whom it is for
p.send(frames, b, 0, 28, b, 0)
q.send(frames, b, 0, 28, b, 0)
// @ts-expect-error a Link must be told the neighbour
q.send(frames, b, 0, 28)
// @ts-expect-error not a socket of raw()
r.send(frames, b, 0, 1, b, 0)
const more: PacketHandlers<number> = { onFrame() {} }
p.open<number>(0, more)
// @ts-expect-error a handler of raw sockets
p.open(0, { onDatagram() {} })
