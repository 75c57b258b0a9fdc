import type { Dev, Link } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { type Meter, meter } from '../src/meter.js'

type Sent = (b: Uint8Array, o: number, n: number) => number

const dev = (send: Sent): Dev =>
  ({ mac: Uint8Array.of(2, 0, 0, 0, 0, 1), mtu: 1500, send, recv: () => 0, poll: () => {} }) as unknown as Dev
const link = (send: Sent): Link => ({ mtu: 1500, send, recv: () => 0, poll: () => {} }) as unknown as Link

const counts = ({ ...m }: Meter): object => Object.fromEntries(Object.entries(m).filter(([, value]) => value !== 0))

/** A frame to `to`, of `type`, in a buffer with other octets before and after it. */
function frame(to: number[], type: number): Uint8Array {
  const b = new Uint8Array(80).fill(255)
  b.set([...to, 2, 0, 0, 0, 0, 9, type >> 8, type & 255], 20)
  return b
}

const ALL = [255, 255, 255, 255, 255, 255]
const GROUP = [1, 0, 0x5e, 0, 0, 1]

describe('a meter', () => {
  it('tells a frame to all from one to a group and one to a station, both ways', () => {
    const below = dev(() => 0)
    const m = meter(below)
    for (const to of [ALL, GROUP, [2, 0, 0, 0, 0, 1], [255, 255, 255, 255, 255, 254], [255, 255, 0, 0, 255, 255]]) {
      m.send(frame(to, 0x800), 20, 60)
      below.recv(frame(to, 0x806), 20, 42, 0)
    }
    expect(counts(m.meter)).toEqual({
      inOctets: 210,
      inPackets: 5,
      inBroadcast: 1,
      inMulticast: 3,
      inArp: 5,
      outOctets: 300,
      outPackets: 5,
      outBroadcast: 1,
      outMulticast: 3,
    })
  })

  it('of a frame shorter than its header looks at nothing that is behind its end', () => {
    const below = dev(() => 0)
    const m = meter(below)
    for (const n of [0, 1, 5, 13]) {
      below.recv(frame(ALL, 0x806), 20, n, 0)
      m.send(frame(GROUP, 0x806), 20, n)
    }
    below.recv(new Uint8Array(0), 0, 0, 0)
    expect(counts(m.meter)).toEqual({ inOctets: 19, inPackets: 5, outOctets: 19, outPackets: 4 })
    below.recv(frame(ALL, 0x806), 20, 14, 0)
    expect(m.meter).toMatchObject({ inBroadcast: 1, inArp: 1 })
  })

  it('of a Link sees datagrams: their destination, and no ARP', () => {
    const below = link(() => 0)
    const m = meter(below)
    const datagram = (to: number[], n: number): void => {
      const b = new Uint8Array(40)
      b.set(to, 18)
      b.set([8, 6], 14)
      below.recv(b, 2, n, 0)
    }
    datagram([255, 255, 255, 255], 20)
    datagram([224, 0, 0, 1], 20)
    datagram([239, 1, 2, 3], 38)
    datagram([10, 0, 0, 255], 20)
    datagram([255, 255, 255, 255], 19)
    expect(counts(m.meter)).toEqual({ inOctets: 117, inPackets: 5, inBroadcast: 1, inMulticast: 2 })
  })

  it('counts what the interface refused, and hands its error on', () => {
    let error = -105
    const m = meter(dev(() => error))
    expect(m.send(frame(ALL, 0x806), 20, 60)).toBe(-105)
    error = 0
    expect(m.send(frame(ALL, 0x806), 20, 60)).toBe(0)
    expect(counts(m.meter)).toEqual({ outErrors: 1, outPackets: 1, outOctets: 60, outBroadcast: 1, outArp: 1 })
  })

  it('of one stack counts nothing of another, and two on one Dev see the same', () => {
    const below = dev(() => 0)
    const inner = meter(below)
    const outer = meter(inner)
    const other = meter(dev(() => 0))
    outer.send(frame(ALL, 0x806), 20, 60)
    below.recv(frame(GROUP, 0x800), 20, 60, 0)
    expect(outer.meter).toEqual(inner.meter)
    expect(counts(inner.meter)).toEqual({
      inOctets: 60,
      inPackets: 1,
      inMulticast: 1,
      outOctets: 60,
      outPackets: 1,
      outBroadcast: 1,
      outArp: 1,
    })
    expect(counts(other.meter)).toEqual({})
  })
})
