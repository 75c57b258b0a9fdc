// The contract as a user meets it: one accepted line and one that does not compile for each rule.

import { drive, type Timers } from './drive.ts'
import {
  type Dev,
  type Engine,
  type Env,
  type Host,
  host,
  type Ip,
  type Link,
  type Observer,
  type Prefix,
} from './index.ts'
import { prefix } from './text.ts'
import { wrap } from './wrap.ts'

declare const dev: Dev
declare const link: Link
declare const env: Env
declare function onLink(l: Link): void
declare function onDev(d: Dev): void

// A Link is what ethernet() makes of a Dev: IP over a bare Dev is no composition.
onLink(link)
onDev(dev)
// @ts-expect-error a Dev is not a Link
onLink(dev)
// @ts-expect-error a Link is not a Dev
onDev(link)
// @ts-expect-error nor is what has both a MAC address and hops
onLink({ ...link, mac: new Uint8Array(6) })

// A host wants a clock and chance.
const h: Host = host(env, { room: 1500, pool: 1000, observer: {} })
// @ts-expect-error no rand
host({ now: () => 0 })
// @ts-expect-error no clock
host({ rand: () => 0 })
// @ts-expect-error misspelt
host(env, { rooms: 1500 })
// @ts-expect-error undefined is not the same as left out
host(env, { room: undefined })
// @ts-expect-error what the host owns
h.tx = new Uint8Array(1)
// @ts-expect-error what the host owns
h.pool.limit = 5
h.pool.used += 1
h.lost = 0

// An engine says what it holds.
const engine: Engine = { poll() {}, used: () => 0 }
h.add(engine)
h.add({ poll() {}, flush() {}, used: () => 0 })
// @ts-expect-error without used()
h.add({ poll() {} })
// @ts-expect-error without poll()
h.add({ flush() {}, used: () => 0 })
// @ts-expect-error engines ask with wake(), they have no wait() of their own
const waits: Engine = { poll() {}, used: () => 0, wait: () => 5 }
void waits
const ms: number = h.wait()
const at: number = h.wake(ms)
const isDue: boolean = h.isDue(at)
void isDue

// What is observed is named.
h.tell('count', 1, 2)
h.tell('state', 1, 2, 3)
// @ts-expect-error a state has three numbers
h.tell('state', 1, 2)
// @ts-expect-error a count has two
h.tell('count', 1, 2, 3)
// @ts-expect-error drops have a verb of their own
h.tell('drop', 1, 2)
const answer: number = h.drop(1, h.tx, 0, 1)
void answer
const observer: Observer = {
  drop(_id, b) {
    void b.length
  },
}
void observer
// @ts-expect-error no such verb
const deaf: Observer = { dropped() {} }
void deaf

// wrap() keeps the type.
const up = (_b: Uint8Array, _o: number, _n: number, _flags: number): void => {}
onDev(wrap(dev, dev.send, up))
onLink(wrap(link, (b, o, n, hop) => link.send(b, o, n, hop), up, 3))
// @ts-expect-error a wrapped Dev is no Link
onLink(wrap(dev, dev.send, up))
// @ts-expect-error a wrapped Link is no Dev
onDev(wrap(link, () => 0, up))
// @ts-expect-error neither Dev nor Link
wrap({ send: () => 0 }, () => 0, up)

// drive() takes devices, links, or several.
declare const timers: Timers
const stop: () => void = drive(h, dev, timers)
drive(h, [dev, link], timers)
// @ts-expect-error a platform's timers are asked for
drive(h, dev)
// @ts-expect-error one of the two is missing
drive(h, dev, { set: () => 0 })
void stop

// Addresses are octets.
const p: Prefix = prefix('10.0.0.2/24')
declare const ip: Ip
ip.isOwn(p.address, 0)
// @ts-expect-error text is for @tiny/core/text
ip.isOwn('10.0.0.2', 0)
// @ts-expect-error options of a packet are known
ip.send(17, 0, p.address, 0, { dscp: 1 })
ip.send(17, 0, p.address, 0, { ttl: 1, tos: 4, df: true, options: p.address })
// @ts-expect-error null says that there are none
ip.send(17, 0, p.address, 0)
