import { frame, icmp, ip, OWN, octets, PEER, tcp, udp } from './frames.ts'
import type { Stimulus } from './stimuli.ts'

const ALL = [255, 255, 255, 255, 255, 255]

export function icmpStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const one = (name: string, payload: () => Uint8Array, dst = OWN, to?: number[]): void =>
    void list.push({
      name: `icmp: ${name}`,
      run: t => t.inject(frame(ip({ dst, proto: 1, payload: payload() }), to)),
    })
  for (const n of [0, 1, 56, 1472]) one(`echo with ${n} octets`, () => icmp(8, 0, 0x10001, octets(n)))
  one('echo with code 1', () => icmp(8, 1, 0x10001, octets(8)))
  one('echo to all', () => icmp(8, 0, 0x10001, octets(8)), '255.255.255.255', ALL)
  one('echo to all of the network', () => icmp(8, 0, 0x10001, octets(8)), '10.0.0.255', ALL)
  one('echo to all systems', () => icmp(8, 0, 0x10001, octets(8)), '224.0.0.1', [1, 0, 0x5e, 0, 0, 1])
  one('echo with a wrong checksum', () => icmp(8, 0, 0x10001, octets(8), 0x1234))
  for (const n of [0, 1, 4, 7]) one(`${n} octets of a message`, () => icmp(8, 0, 0x10001, []).subarray(0, n))
  list.push({
    name: 'icmp: 4 octets with a good checksum',
    run: t => t.inject(frame(ip({ proto: 1, payload: [8, 0, 0xf7, 0xff] }))),
  })
  for (const type of [0, 1, 2, 6, 7, 9, 10, 13, 14, 15, 16, 17, 18, 19, 30, 40, 41, 44, 63])
    one(`type ${type} of nobody`, () => icmp(type, 0, 0x10001, octets(28)))
  for (const type of [0, 3, 5, 11, 12, 13, 19])
    one(`type ${type} with a wrong checksum`, () => icmp(type, 0, 0, octets(28), 7))

  const ours = (): Uint8Array => udp({ src: OWN, dst: PEER, from: 7, to: 1000, data: [1, 2, 3] })
  for (const code of [0, 1, 2, 3, 5, 6, 9, 10, 12, 13, 15])
    list.push({
      name: `icmp: unreachable, code ${code}, about a datagram of a socket`,
      async run(t) {
        await t.udp(7)
        await t.inject(frame(ip({ proto: 1, payload: icmp(3, code, 0, ours()) })))
      },
    })
  for (const [type, code] of [
    [11, 0],
    [11, 1],
    [12, 0],
  ] as const)
    list.push({
      name: `icmp: type ${type}, code ${code}, about a datagram of a socket`,
      async run(t) {
        await t.udp(7)
        await t.inject(frame(ip({ proto: 1, payload: icmp(type, code, 0, ours()) })))
      },
    })
  for (const type of [3, 11, 12]) {
    one(`type ${type} about a datagram of no socket`, () =>
      icmp(type, 0, 0, udp({ src: OWN, dst: PEER, from: 99, to: 1000 })),
    )
    one(`type ${type} about a segment of no connection`, () =>
      icmp(type, 0, 0, tcp({ src: OWN, dst: PEER, from: 99, to: 1000 })),
    )
    one(`type ${type} about a datagram of protocol 253`, () =>
      icmp(type, 0, 0, ip({ src: OWN, dst: PEER, proto: 253 })),
    )
    one(`type ${type} about an echo of nobody`, () =>
      icmp(type, 0, 0, ip({ src: OWN, dst: PEER, proto: 1, payload: icmp(8, 0, 0x20002, octets(8)) })),
    )
    one(`type ${type} that quotes 8 octets`, () => icmp(type, 0, 0, octets(8)))
    one(`type ${type} that quotes a header of 4 words`, () =>
      icmp(type, 0, 0, ip({ src: OWN, dst: PEER, proto: 253, ihl: 4 })),
    )
    one(`type ${type} that quotes a header alone`, () => icmp(type, 0, 0, ours().subarray(0, 20)))
  }
  list.push({ name: 'icmp: an echo of ours', run: async t => void (await t.ping(PEER, 56)) })
  list.push({
    name: 'icmp: an echo of ours, larger than the MTU',
    run: async t => void (await t.ping(PEER, 3000)),
  })
  list.push({ name: 'icmp: an echo of ours, no way', run: async t => void (await t.ping('192.0.2.1', 56)) })
  return list
}
