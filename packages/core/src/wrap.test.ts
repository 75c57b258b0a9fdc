import { expect, it } from 'vitest'
import type { Dev, Link } from './index.ts'
import { wrap } from './wrap.ts'

function device(): Dev & { calls: unknown[] } {
  const calls: unknown[] = []
  return {
    calls,
    type: 1,
    mtu: 1500,
    mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
    caps: 1,
    send(_b, o, n) {
      calls.push(['send', o, n])
      return -105
    },
    recv() {},
    promisc(on) {
      calls.push(['promisc', on])
      return 0
    },
    join(_b, o) {
      calls.push(['join', o])
      return -95
    },
    leave: (_b, o) => void calls.push(['leave', o]),
  }
}

const b = new Uint8Array(4)

it('what goes down and up passes through the wrapper, as far as it hands it on', () => {
  const d = device()
  const w: Dev = wrap(
    d,
    (b, o, n) => (n > 9 ? 0 : d.send(b, o, n + 1)),
    (b, o, n, flags) => (n > 9 ? undefined : w.recv(b, o + 1, n, flags | 4)),
  )
  const got: unknown[] = []
  w.recv = (x, ...rest) => void got.push([x === b, ...rest])
  expect([w.send(b, 1, 2), w.send(b, 1, 10)]).toEqual([-105, 0])
  d.recv(b, 1, 2, 1)
  d.recv(b, 1, 10, 1)
  expect(d.calls).toEqual([['send', 1, 3]])
  expect(got).toEqual([[true, 2, 2, 5]])
})

it('before a layer above sets recv, what comes has nobody to go to', () => {
  const d = device()
  const w: Dev = wrap(d, d.send, (b, o, n, flags) => w.recv(b, o, n, flags))
  d.recv(b, 0, 4, 0)
})

it('the rest is what the device has, and changes with it', () => {
  const d = device()
  const w = wrap(d as Dev, d.send, d.recv, 2)
  expect([w.type, w.mtu, w.caps, w.mac === d.mac]).toEqual([1, 1500, 3, true])
  ;(d as { mtu: number }).mtu = 1400
  ;(d as { caps: number }).caps = 0
  expect([w.mtu, w.caps]).toEqual([1400, 2])
  expect([w.promisc?.(true), w.join?.(b, 3)]).toEqual([0, -95])
  w.leave?.(b, 2)
  expect(d.calls).toEqual([
    ['promisc', true],
    ['join', 3],
    ['leave', 2],
  ])
})

it('what the device cannot do, the wrapper cannot', () => {
  const { promisc: _p, join: _j, leave: _l, ...rest } = device()
  const w = wrap(
    rest as Dev,
    () => 0,
    () => {},
  )
  expect([w.promisc, w.join, w.leave]).toEqual([undefined, undefined, undefined])
  expect(w.caps).toBe(1)
})

it('what the layers above and the driver set reaches the device', () => {
  const d = device() as Dev
  const w = wrap(d, d.send, d.recv)
  const ready = (): void => {}
  w.ready = ready
  expect([d.ready, w.ready]).toEqual([ready, ready])
  const l: Link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv() {} }
  const v = wrap(l, l.send, l.recv)
  const lost = (): void => {}
  v.address = b
  v.lost = lost
  expect([l.address === b, v.address === b, l.lost, v.lost]).toEqual([true, true, lost, lost])
})

it('round a link the next hop goes down', () => {
  const hops: number[] = []
  const l: Link = { type: 101, mtu: 1500, caps: 0, send: (_b, _o, _n, hop) => hops.push(hop), recv() {} }
  const v = wrap(l, (b, o, n, hop) => l.send(b, o, n, hop), l.recv)
  v.send(b, 0, 4, 0x0a000001)
  expect(hops).toEqual([0x0a000001])
})

it('wrappers stand round wrappers, the last one outermost', () => {
  const d = device()
  const order: string[] = []
  const layer = (x: Dev, name: string): Dev => {
    const w: Dev = wrap(
      x,
      (b, o, n) => {
        order.push(`${name} down`)
        return x.send(b, o, n)
      },
      (b, o, n, flags) => {
        order.push(`${name} up`)
        w.recv(b, o, n, flags)
      },
    )
    return w
  }
  const w = layer(layer(d, 'inner'), 'outer')
  w.recv = () => void order.push('top')
  w.send(b, 0, 4)
  d.recv(b, 0, 4, 0)
  expect(order).toEqual(['outer down', 'inner down', 'inner up', 'outer up', 'top'])
})

it('calls the methods of a device that is an object of a class', () => {
  class Card {
    type = 1
    mtu = 1500
    mac = new Uint8Array(6)
    caps = 0
    modes: boolean[] = []
    send = (): number => 0
    recv(): void {}
    promisc(on: boolean): number {
      this.modes.push(on)
      return 0
    }
  }
  const card = new Card()
  const w: Dev = wrap<Dev>(
    card,
    () => 0,
    () => {},
  )
  expect([w.promisc?.(true), w.join, card.modes]).toEqual([0, undefined, [true]])
})
