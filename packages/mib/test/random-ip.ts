// Random steps of IP, ICMP, UDP and fragments.
import { cut, type Fields, frame, icmp, ip, mend, OWN, octets, PEER, tcp, type UdpFields, udp } from './frames.ts'
import { text } from './peer.ts'
import type { Dice, Step, World } from './random.ts'

const ALL = [255, 255, 255, 255, 255, 255]
/** Where frames go that are for these. */
const MACS: { readonly [dst: string]: number[] } = {
  '255.255.255.255': ALL,
  '10.0.0.255': ALL,
  '224.0.0.1': [1, 0, 0x5e, 0, 0, 1],
  '239.1.2.3': [1, 0, 0x5e, 1, 2, 3],
}
const SEVERAL = ['10.0.0.255', '224.0.0.1', '255.255.255.255']

const put = (name: string, b: Uint8Array, dst = OWN): Step => ({
  name,
  run: w => w.t.inject(frame(b, MACS[dst])),
})
const say = (f: object): string =>
  Object.entries(f)
    .map(([key, value]) => `${key} ${value}`)
    .join(' ')

export function ipStep(d: Dice): Step {
  const proto = d.pick([253, 99, 1, 17, 47])
  const f: Fields & { [key: string]: unknown } = { proto }
  for (let n = d.below(3); n >= 0; n--) {
    const what = d.below(11)
    if (what === 0) f.version = d.below(16)
    if (what === 1) f.ihl = d.below(16)
    if (what === 2) f.length = d.pick([0, 5, 19, 20, 21, 28, 43, 44, 45, 46, 60, 100, 1500, 65535])
    if (what === 3) f.sum = d.below(65536)
    if (what === 4) f.ttl = d.pick([0, 1, 255])
    if (what === 5) f.tos = d.below(256)
    if (what === 6) f.df = true
    if (what === 7 || what === 8)
      f.dst = d.pick([...SEVERAL, '10.0.0.3', '192.0.2.1', '127.0.0.1', '240.0.0.1', '239.1.2.3'])
    if (what === 9)
      f.src = d.pick(['127.0.0.1', '224.0.0.1', '255.255.255.255', '0.0.0.0', '10.0.0.255', '192.0.2.1', OWN])
    if (what === 10)
      f.options = d.pick([
        [1, 1, 1, 0],
        [0, 0, 0, 0],
        [148, 4, 0, 0],
        [0x9e, 4, 1, 2],
        [7, 1, 0, 0],
        [7, 40, 4, 0],
        [1, 1, 1, 7],
        [68, 0, 0, 0],
        [0x9e, 9, 0, 0],
      ])
  }
  const payload = proto === 1 ? icmp(8, 0, 0x10001, octets(16)) : proto === 17 ? udp().subarray(20) : octets(24)
  const b = ip({ ...f, payload })
  // A header of another length has another checksum.
  if (f.ihl !== undefined && f.sum === undefined && d.below(3)) mend(b)
  return put(`ip: ${say(f)}`, b, f.dst)
}

/** What an ICMP message may quote, by name. */
const QUOTES: { readonly [name: string]: (d: Dice) => Uint8Array } = {
  'udp of a socket': () => udp({ src: OWN, dst: PEER, from: 7, to: 1000 }),
  'udp of none': () => udp({ src: OWN, dst: PEER, from: 99, to: 1000 }),
  'tcp of none': () => tcp({ src: OWN, dst: PEER, from: 99, to: 1000 }),
  'protocol 253': () => ip({ src: OWN, dst: PEER, proto: 253 }),
  'an echo': () => ip({ src: OWN, dst: PEER, proto: 1, payload: icmp(8, 0, 1, octets(8)) }),
  'a wrong checksum': () => udp({ src: OWN, dst: PEER, from: 7, to: 1000, sum: 7 }),
  'some octets of it': d => udp({ src: OWN, dst: PEER, from: 7, to: 1000 }).subarray(0, 20 + d.below(9)),
  'a length that is less': () => udp({ src: OWN, dst: PEER, from: 7, to: 1000, length: 9 }),
  options: () => udp({ src: OWN, dst: PEER, from: 7, to: 1000, options: [1, 1, 1, 1] }),
  'a header of 15 words': () => udp({ src: OWN, dst: PEER, from: 7, to: 1000, ihl: 15 }),
  'few octets': d => octets(d.below(28)),
}

export function icmpStep(d: Dice): Step {
  const type = d.below(5) ? d.pick([0, 3, 3, 8, 11, 12, 14, 17, 18]) : 20 + d.below(40)
  const code = d.below(4) ? d.below(16) : d.below(256)
  const name = d.pick(Object.keys(QUOTES))
  const whole = icmp(type, code, d.pick([0, 0x10001, 1400]), QUOTES[name]!(d), d.below(8) ? undefined : 0x1234)
  const n = d.below(8) ? whole.length : d.below(12)
  const dst = d.below(8) ? OWN : d.pick(SEVERAL)
  const size = n < whole.length ? ` ${n} octets` : ''
  return put(
    `icmp: type ${type} code ${code} quoting ${name}${size} to ${dst}`,
    ip({ dst, proto: 1, payload: whole.subarray(0, n) }),
    dst,
  )
}

export function udpStep(d: Dice): Step {
  if (!d.below(8)) {
    const n = d.pick([0, 1, 100, 1472, 1473, 3000])
    const to = d.pick([PEER, '192.0.2.1', '10.0.0.255', '224.0.0.1'])
    return { name: `udp: send ${n} to ${to}`, run: (w: World) => w.t.udpSend(w.udp, to, 9, n) }
  }
  const f: UdpFields = { to: d.pick([7, 7, 9, 0, 53]), from: d.pick([1000, 0]) }
  const wrong = d.below(6)
  if (wrong === 0) f.udpLength = d.pick([0, 1, 7, 8, 9, 10, 12, 500, 65535])
  if (wrong === 1) f.udpSum = d.pick([0, 1, 0x1234, 0xffff])
  if (wrong === 2) Object.assign(f, { udpLength: d.pick([8, 9, 10]), udpSum: 0 })
  const dst = d.below(5) ? OWN : d.pick(SEVERAL)
  const n = d.pick([0, 1, 3, 19, 100])
  const whole = udp({ ...f, dst, data: text(n) })
  const cutTo = d.below(10) ? whole.length : 20 + d.below(9)
  const b = cutTo < whole.length ? ip({ dst, proto: 17, payload: whole.subarray(20, cutTo) }) : whole
  return put(`udp: ${say(f)} of ${n} to ${dst} ${cutTo < whole.length ? `cut to ${cutTo - 20}` : ''}`, b, dst)
}

// Each datagram has a number of its own: what is left of one stays in the kernel.
let last = 0

export function fragmentStep(d: Dice): Step {
  const proto = d.pick([253, 17, 1, 6])
  const n = 8 * (3 + d.below(8)) + d.below(9)
  const payload =
    proto === 17
      ? udp({ to: d.pick([7, 9]), data: text(n) }).subarray(20)
      : proto === 1
        ? icmp(8, 0, 1, octets(n))
        : proto === 6
          ? tcp({ to: 81, data: text(n) }).subarray(20)
          : octets(n)
  const at: number[] = []
  for (let i = 8 * (1 + d.below(3)); i < payload.length; i += 8 * (1 + d.below(3))) at.push(i)
  const order = [0, ...at].map((_, i) => i)
  for (let k = d.below(4); k > 0; k--) {
    const [a, b] = [d.below(order.length), d.below(order.length)]
    ;[order[a], order[b]] = [order[b]!, order[a]!]
  }
  const what = d.below(6)
  if (what === 0) order.splice(d.below(order.length), 0, d.pick(order))
  if (what === 1) order.splice(d.below(order.length), 1)
  // An octet of one is another place.
  const moved = what === 2 ? d.pick(order) : -1
  const shorter = what === 3 ? d.pick(order) : -1
  const extra =
    what === 0 ? ' one twice' : what === 1 ? ' one lost' : what === 2 ? ' one moved' : what === 3 ? ' one cut' : ''
  return {
    name: `fragments: protocol ${proto}, ${order.join()} of ${at.length + 1}${extra}`,
    async run(w) {
      const all = cut({ src: PEER, dst: OWN, proto, id: ++last & 0xffff, payload }, ...at)
      for (const i of order) {
        let b = all[i]!
        if (i === moved) {
          b = b.slice()
          b[7] = (b[7]! + 1) & 255
          mend(b)
        }
        if (i === shorter && b.length > 28) {
          b = b.slice(0, b.length - 8)
          b[2] = b.length >> 8
          b[3] = b.length & 255
          mend(b)
        }
        await w.t.inject(frame(b))
      }
    },
  }
}
