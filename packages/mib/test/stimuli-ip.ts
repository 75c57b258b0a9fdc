import { cut, type Fields, frame, ip, mend, OWN, octets, PEER, udp } from './frames.ts'
import type { Stimulus } from './stimuli.ts'
import type { Subject } from './subject.ts'

const ALL = [255, 255, 255, 255, 255, 255]
const GROUP = [1, 0, 0x5e, 1, 2, 3]

/** Sets octets of a datagram, and mends its checksum. */
function patched(b: Uint8Array, octets: { [at: number]: number }): Uint8Array {
  for (const at of Object.keys(octets)) b[+at] = octets[+at]!
  return mend(b)
}

export function ipStimuli(): Stimulus[] {
  const list: Stimulus[] = []
  const one = (name: string, b: () => Uint8Array, to?: number[]): void =>
    void list.push({ name: `ip: ${name}`, run: t => t.inject(frame(b(), to)) })
  const many = (name: string, all: () => Uint8Array[], after?: (t: Subject) => Promise<void>): void =>
    void list.push({
      name: `ip: ${name}`,
      async run(t) {
        for (const b of all()) await t.inject(frame(b))
        await after?.(t)
      },
    })

  for (const version of [0, 1, 3, 5, 6, 7, 15]) one(`version ${version}`, () => ip({ version }))
  for (const ihl of [0, 1, 3, 4]) one(`header of ${ihl} words`, () => ip({ ihl }))
  one('header of 15 words, cut off', () => patched(ip({ ihl: 15, length: 28 }), {}))
  for (const length of [0, 10, 19]) one(`total length ${length}`, () => ip({ length }))
  for (const length of [100, 1500, 65535]) one(`total length ${length} of fewer`, () => ip({ length }))
  one('total length 100 of fewer, and a wrong checksum', () => ip({ length: 100, sum: 0x1234 }))
  one('total length below a header of 6 words', () => ip({ length: 22, options: [1, 1, 1, 1] }))
  one('wrong checksum', () => ip({ sum: 0x1234 }))
  one('checksum of zero', () => ip({ sum: 0 }))
  one('wrong checksum over options', () => ip({ options: [1, 1, 1, 1], sum: 1 }))
  for (const proto of [3, 47, 50, 89, 132, 200, 253, 254, 255]) one(`protocol ${proto} of nobody`, () => ip({ proto }))
  for (const tos of [1, 2, 3, 0xb8, 0xb9, 0xff]) one(`TOS ${tos}`, () => ip({ proto: 253, tos }))
  for (const ttl of [0, 1]) one(`TTL ${ttl}`, () => ip({ proto: 253, ttl }))
  one('a frame without padding', () => ip({ proto: 253, payload: octets(200) }))
  one('padding behind the datagram', () => ip({ proto: 253, payload: octets(1) }))
  for (const dst of ['10.0.0.3', '10.0.0.77', '192.0.2.1', '8.8.8.8']) one(`for ${dst}`, () => ip({ dst, proto: 253 }))
  one('for a loopback address', () => ip({ dst: '127.0.0.1', proto: 253 }))
  one('for a group that was not joined', () => ip({ dst: '239.1.2.3', proto: 253 }), GROUP)
  one('for all on the link', () => ip({ dst: '255.255.255.255', proto: 253 }), ALL)
  one('for all of the network', () => ip({ dst: '10.0.0.255', proto: 253 }), ALL)
  one('for all systems', () => ip({ dst: '224.0.0.1', proto: 253 }), [1, 0, 0x5e, 0, 0, 1])
  for (const src of ['127.0.0.1', '224.0.0.1', '255.255.255.255', '10.0.0.255', '0.0.0.0', OWN])
    one(`from ${src}`, () => ip({ src, proto: 253 }))
  one('no operations', () => ip({ proto: 253, options: [1, 1, 1, 0] }))
  one('record route', () => ip({ proto: 253, options: [7, 7, 4, 0, 0, 0, 0, 0] }))
  one('an option past the header', () => ip({ proto: 253, options: [7, 40, 4, 0] }))
  one('an option of length 1', () => ip({ proto: 253, options: [7, 1, 0, 0] }))
  one('an option of length 0', () => ip({ proto: 253, options: [68, 0, 0, 0] }))
  one('a loose source route', () => ip({ proto: 253, options: [131, 7, 4, 10, 0, 0, 9, 0] }))
  one('a strict source route', () => ip({ proto: 253, options: [137, 7, 4, 10, 0, 0, 9, 0] }))
  one('another frame type', () => ip(), undefined)

  const big: Fields = { proto: 253, id: 77, payload: octets(64) }
  many('two fragments', () => cut(big, 32))
  many('two fragments, the last first', () => cut(big, 32).reverse())
  many('five fragments', () => cut(big, 8, 16, 24, 48))
  many('a fragment twice, then the rest', () => {
    const [a, b] = cut(big, 32)
    return [a!, a!, b!]
  })
  many('fragments that overlap', () => [
    ip({ ...big, mf: true, payload: octets(32) }),
    ip({ ...big, offset: 24, payload: octets(40) }),
  ])
  many('a second end', () => [
    ip({ ...big, offset: 32, payload: octets(8) }),
    ip({ ...big, offset: 48, payload: octets(8) }),
  ])
  many('a fragment behind the end', () => [
    ip({ ...big, offset: 32, payload: octets(8) }),
    ip({ ...big, offset: 64, mf: true, payload: octets(8) }),
  ])
  many('an empty fragment', () => [ip({ ...big, mf: true, payload: [] })])
  many(
    'a fragment that does not end on a multiple of 8',
    () => [ip({ ...big, mf: true, payload: octets(13) })],
    t => t.wait(t.isKernel ? 1300 : 61000),
  )
  many(
    'the first fragment alone, until it is given up',
    () => [cut(big, 32)[0]!],
    t => t.wait(t.isKernel ? 1300 : 61000),
  )
  many(
    'the second fragment alone, until it is given up',
    () => [cut(big, 32)[1]!],
    t => t.wait(t.isKernel ? 1300 : 61000),
  )
  many('fragments of UDP to a port of nobody', () => {
    const whole = udp({ to: 9, data: Array.from(octets(56)) })
    return cut({ src: PEER, dst: OWN, proto: 17, id: 5, payload: whole.subarray(20) }, 32)
  })

  list.push({ name: 'ip: raw, a datagram of protocol 253', run: async t => void (await t.raw(PEER, 253, 100)) })
  list.push({ name: 'ip: raw, no way', run: async t => void (await t.raw('192.0.2.1', 253, 100)) })
  list.push({ name: 'ip: raw, larger than the MTU', run: async t => void (await t.raw(PEER, 253, 3000)) })
  list.push({ name: 'ip: raw, to a group', run: async t => void (await t.raw('224.0.0.1', 253, 10)) })
  list.push({
    name: "ip: a datagram with the application's own header",
    run: async t => void (await t.whole(ip({ src: OWN, dst: PEER, proto: 253, payload: octets(30) }))),
  })
  list.push({
    name: "ip: a fragment with the application's own header",
    run: async t => void (await t.whole(ip({ src: OWN, dst: PEER, proto: 253, mf: true, payload: octets(32) }))),
  })
  return list
}
