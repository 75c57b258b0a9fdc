// The optional parts of a firmware, and the sources of one that has some of them.

export interface Part {
  readonly name: string
  /** Parts without which it makes no sense. */
  readonly needs: readonly string[]
  readonly imports: readonly string[]
}

export const parts: readonly Part[] = [
  { name: 'observer', needs: [], imports: [] },
  { name: 'mib', needs: [], imports: ["import { mib } from '@tiny/mib'"] },
  { name: 'strict', needs: [], imports: ["import { strict } from '@tiny/core/strict'"] },
  { name: 'snap', needs: [], imports: ["import { snap } from '@tiny/ethernet/snap'"] },
  { name: 'capture', needs: [], imports: ["import { capture, pcapng } from '@tiny/pcap'"] },
  {
    name: 'filter',
    needs: [],
    imports: ["import { bpf } from '@tiny/bpf'", "import { filtered } from '@tiny/bpf/wrap'"],
  },
  { name: 'local', needs: [], imports: ["import { local } from '@tiny/ipv4/local'"] },
  { name: 'gateway', needs: [], imports: ["import { gateways } from '@tiny/ipv4/gateway'"] },
  { name: 'fragment', needs: [], imports: ["import { fragment } from '@tiny/ipv4/fragment'"] },
  { name: 'udp', needs: [], imports: ["import { udp } from '@tiny/udp'"] },
  { name: 'connect', needs: ['udp'], imports: ["import { connect } from '@tiny/udp/connect'"] },
  { name: 'ping', needs: [], imports: ["import { ping } from '@tiny/ping'"] },
  { name: 'tcp', needs: [], imports: ["import { tcp } from '@tiny/tcp'"] },
  { name: 'wscale', needs: ['tcp'], imports: ["import { wscale } from '@tiny/tcp/wscale'"] },
  { name: 'timestamps', needs: ['tcp'], imports: ["import { timestamps } from '@tiny/tcp/timestamps'"] },
  { name: 'sack', needs: ['tcp'], imports: ["import { sack } from '@tiny/tcp/sack'"] },
  { name: 'wheel', needs: ['tcp'], imports: ["import { wheel } from '@tiny/tcp/wheel'"] },
  { name: 'tfo', needs: ['tcp'], imports: ["import { serve, tfo } from '@tiny/tfo'"] },
  { name: 'raw', needs: [], imports: ["import { raw } from '@tiny/raw'"] },
  { name: 'header', needs: ['raw'], imports: ["import { sendWhole } from '@tiny/ipv4/header'"] },
  { name: 'packet', needs: [], imports: ["import { packet } from '@tiny/raw/packet'"] },
]

const isClosed = (set: ReadonlySet<string>): boolean =>
  parts.every(part => !set.has(part.name) || part.needs.every(name => set.has(name)))

const closure = (names: readonly string[]): string[] => {
  const set = new Set(names)
  for (const part of parts) if (set.has(part.name)) for (const name of part.needs) set.add(name)
  return parts.map(part => part.name).filter(name => set.has(name))
}

/** None, each alone, each left out with what needs it, all pairs, all; or every closed subset. */
export function subsets(isAll: boolean): string[][] {
  const names = parts.map(part => part.name)
  const found = new Map<string, string[]>()
  const add = (list: readonly string[]): void => {
    const whole = closure(list)
    found.set(whole.join(' '), whole)
  }
  if (isAll)
    for (let bits = 0; bits < 1 << names.length; bits++) {
      const set = names.filter((_, i) => bits & (1 << i))
      if (isClosed(new Set(set))) add(set)
    }
  else {
    add([])
    add(names)
    for (const name of names) {
      add([name])
      add(parts.filter(part => part.name !== name && !part.needs.includes(name)).map(part => part.name))
      for (const other of names) add([name, other])
    }
  }
  return [...found.values()]
}

/** The sources of a firmware with these parts: what its author would write. */
export function sources(names: readonly string[]): string {
  const has = (name: string): boolean => names.includes(name)
  const options = (name: string, text: string): string => (has('strict') ? `strict('${name}', ${text})` : text)
  const chosen = parts.filter(part => has(part.name))
  const slots = [
    has('wscale') ? 'windowScale: wscale(), receiveBuffer: 1 << 17' : '',
    has('timestamps') ? 'timestamps: timestamps()' : '',
    has('sack') ? 'sack: sack()' : '',
    has('wheel') ? 'timers: wheel()' : '',
    has('tfo') ? 'fastOpen: tfo()' : '',
  ].filter(Boolean)
  const stack = slots.length > 0 ? `tcp(ip, ${options('tcp', `{ ${slots.join(', ')} }`)})` : 'tcp(ip)'
  const lines = [
    "import { type Dev, type Env, host, type Link, type Observer } from '@tiny/core'",
    "import { ethernet } from '@tiny/ethernet'",
    "import { ipv4 } from '@tiny/ipv4'",
    ...chosen.flatMap(part => part.imports),
    '',
    'export function firmware(env: Env, card: Dev, observer: Observer, write: (b: Uint8Array, o: number, n: number) => void) {',
    has('mib') ? '  const counters = mib()' : '  const counters = undefined',
    has('mib') && has('observer')
      ? '  const both = { ...counters, drop(id: number, b: Uint8Array, o: number, n: number) { counters.drop(id, b, o, n); observer.drop?.(id, b, o, n) } }'
      : '',
    `  const h = host(env, ${options(
      'core',
      `{ room: 4000, pool: 1 << 20${
        has('mib') ? `, observer: ${has('observer') ? 'both' : 'counters'}` : has('observer') ? ', observer' : ''
      } }`,
    )})`,
    '  let dev: Dev = card',
    has('capture') ? '  dev = capture(dev, pcapng(env, write)) as Dev' : '',
    has('snap') ? '  dev = snap(h, dev)' : '',
    // Every packet passes: its length is more than nothing.
    has('filter')
      ? '  dev = filtered(h, dev, { recv: bpf([0x06, 0, 0, 0xffff]), send: bpf([0x06, 0, 0, 0xffff]) })'
      : '',
    has('packet') ? '  const packets = packet(h, dev)\n  dev = packets.device' : '',
    '  let link: Link = ethernet(h, dev)',
    has('local') ? '  link = local(h, link)' : '',
    `  const ip = ipv4(h, link, ${options(
      'ipv4',
      `{ address: { address: new Uint8Array([10, 0, 0, 2]), length: 24 }, maxDatagram: 4000${
        has('gateway') ? ', gateways: gateways([new Uint8Array([10, 0, 0, 1])])' : ''
      }${has('fragment') ? ', fragment: fragment()' : ''} }`,
    )})`,
    `  return { h, dev, udp: ${has('udp') ? 'udp(ip)' : 'undefined'}, connect: ${
      has('connect') ? 'connect' : 'undefined'
    }, ping: ${has('ping') ? 'ping(ip)' : 'undefined'}, tcp: ${
      has('tcp') ? stack : 'undefined'
    }, serve: ${has('tfo') ? 'serve' : 'undefined'}, raw: ${
      has('header') ? 'raw(ip, { whole: sendWhole })' : has('raw') ? 'raw(ip)' : 'undefined'
    }, packets: ${has('packet') ? 'packets' : 'undefined'}, counters, write, observer }`,
    '}',
    '',
  ]
  return lines.filter((line, i) => line !== '' || i > 4).join('\n')
}
