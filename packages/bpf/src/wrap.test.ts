import { type Dev, type Filter, host, type Link } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { filter } from './filter.ts'
import { BPF_RECV, BPF_SEND } from './ids.ts'
import { bpf } from './index.ts'
import { linux } from './linux.ts'
import { type FilteredOptions, filtered, type Recorder, selected } from './wrap.ts'

const drops: number[] = []
let seed = 1
const h = host({ now: () => 0, rand: () => seed++ }, { observer: { drop: id => drops.push(id) } })
const mac = Uint8Array.of(2, 0, 0, 0, 0, 1)

const arp = new Uint8Array(42).map((_, i) => (i < 6 ? 255 : i === 12 ? 8 : i === 13 ? 6 : 0))
const ip = new Uint8Array(34).map((_, i) => (i < 6 ? (mac[i] ?? 0) : i === 12 ? 8 : 0))

function device(): { dev: Dev; sent: number[] } {
  const sent: number[] = []
  const dev: Dev = { type: 1, mtu: 1500, mac, caps: 0, send: (_b, _o, n) => sent.push(n) * 0, recv() {} }
  return { dev, sent }
}

describe('filtered', () => {
  it('passes what each filter accepts, and counts the rest', () => {
    drops.length = 0
    const { dev, sent } = device()
    const d = filtered(h, dev, { recv: bpf(filter('arp')), send: bpf(filter('ip', { snap: 1 })) })
    const got: number[] = []
    d.recv = (_b, _o, n) => void got.push(n)
    dev.recv(arp, 0, 42, 1)
    dev.recv(ip, 0, 34, 0)
    expect(got).toEqual([42])
    expect(drops).toEqual([BPF_RECV])
    expect([d.send(ip, 0, 34), d.send(arp, 0, 42)]).toEqual([0, 0])
    // Whole, though the verdict keeps one octet.
    expect(sent).toEqual([34])
    expect(drops).toEqual([BPF_RECV, BPF_SEND])
    expect([d.mtu, d.type, d.mac]).toEqual([1500, 1, mac])
  })
  it('tells linux() the direction, the kind and the protocol', () => {
    drops.length = 0
    const { dev, sent } = device()
    const d = filtered(h, dev, { recv: linux(filter('inbound')), send: linux(filter('inbound')) })
    const got: number[] = []
    d.recv = (_b, _o, n) => void got.push(n)
    dev.recv(ip, 0, 34, 0)
    d.send(ip, 0, 34)
    expect([got, sent, drops]).toEqual([[34], [], [BPF_SEND]])
    const kinds: number[] = []
    const watch = {
      bpf: new Int32Array(4),
      run: (_b, _o, _n, info) => kinds.push(info?.kind ?? -1, info?.protocol ?? -1),
    } as Filter
    filtered(h, dev, { recv: watch })
    for (const first of [2, 255, 1, 4])
      dev.recv(
        Uint8Array.from(ip, (x, i) => (i < 6 && first !== 2 ? first : x)),
        0,
        34,
        0,
      )
    expect(kinds).toEqual([0, 0x800, 1, 0x800, 2, 0x800, 3, 0x800])
  })
  it('filters datagrams of a Link', () => {
    const sent: number[] = []
    const link: Link = { type: 101, mtu: 1500, caps: 0, send: (_b, _o, n, hop) => sent.push(n, hop) * 0, recv() {} }
    const l = filtered(h, link, { send: bpf(filter('udp', { type: 101 })) })
    const udp = new Uint8Array(28)
    udp[0] = 0x45
    udp[9] = 17
    l.send(udp, 0, 28, 7)
    udp[9] = 6
    l.send(udp, 0, 28, 7)
    expect(sent).toEqual([28, 7])
    let n = 0
    l.recv = () => void n++
    link.recv(udp, 0, 28, 0)
    expect(n).toBe(1)
  })
  it('wants filters, made by bpf()', () => {
    const { dev } = device()
    for (const none of [{}, undefined, { recv: null }])
      expect(() => filtered(h, dev, none as FilteredOptions)).toThrow(/wants recv or send/)
    expect(() => filtered(h, dev, { recv: (() => 1) as unknown as Filter })).toThrow('bpf: recv wants bpf(program)')
    expect(() => filtered(h, dev, { send: [6, 0, 0, 1] as unknown as Filter })).toThrow('bpf: send wants bpf(program)')
  })
})

describe('selected', () => {
  it('writes what the filter accepts, and shows the rest of the file', () => {
    const written: [number, number, number][] = []
    const file = {
      packets: 0,
      add: (type: number) => type,
      packet(id: number, _b: Uint8Array, _o: number, n: number, direction: number, _comment: string) {
        file.packets++
        written.push([id, n, direction])
      },
    }
    const some = selected(file, linux(filter('arp or outbound')))
    const id = some.add(1)
    some.packet(id, arp, 0, 42, 1, '')
    some.packet(id, ip, 0, 34, 1, '')
    some.packet(id, ip, 0, 34, 2, '')
    expect(written).toEqual([
      [1, 42, 1],
      [1, 34, 2],
    ])
    expect(some.packets).toBe(2)
    for (const none of [[6, 0, 0, 1], undefined, null])
      expect(() => selected(file as Recorder, none as unknown as Filter)).toThrow(/wants bpf\(program\)/)
  })
})
