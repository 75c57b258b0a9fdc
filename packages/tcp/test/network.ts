// A network from one seed: one or two media, wires or hubs, of their own speed, MTU and quality; on them machines with a
// subset of the options each; between two media a router, or a machine with a card on both. Several pairs talk at once while
// cables are cut and mended, path MTUs change, addresses change, and machines fail or start again.
import { type Host, host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { wrap } from '@tiny/core/wrap'
import { ethernet } from '@tiny/ethernet'
import { configure, type Ipv4, ipv4 } from '@tiny/ipv4'
import { gateways } from '@tiny/ipv4/gateway'
import { route } from '@tiny/ipv4/route'
import { type SimDev, sim, type WireOptions } from '@tiny/sim'
import { type Tcp, tcp, tune } from '@tiny/tcp'
import { wheel } from '@tiny/tcp/wheel'
import { address, random } from './machine.ts'
import { router } from './router.ts'
import { type End, end, first, handlers, type Plan } from './stream.ts'
import { optionsOf } from './transfer.ts'
import { type Watched, watched } from './watched.ts'

export interface Report {
  /** What went wrong, empty when nothing did. */
  faults: string[]
  /** Milliseconds until all were told. */
  time: number
  /** How the ends that were told ended. */
  codes: number[]
  /** What the network was, and what happened to it, for the log. */
  story: string[]
  /** Datagrams that the router passed, and its ICMP errors. */
  passed: number
  reports: number
}

/** A machine between two starts. */
interface Life {
  readonly h: Host
  readonly t: Tcp
  readonly ips: Ipv4[]
  readonly watch: Watched
  /** The address of its first card. */
  own: string
  isOff: boolean
}

/** A place for a machine: its cards, one a medium. */
interface Node {
  readonly name: string
  readonly cards: { card: SimDev; medium: number; quads: string }[]
  readonly bits: number
  /** All it was, the last one is on. */
  readonly lives: Life[]
}

interface Talk {
  readonly client: Node
  readonly server: Node
  readonly ends: [End, End]
  readonly lives: [Life, Life]
  readonly sizes: [number, number]
  /** Milliseconds of userTimeout. */
  readonly patience: number
}

/** Milliseconds. */
const HOUR = 3600000
const KEEP_ALIVE = { keepAlive: 600000, keepInterval: 10000, keepCount: 30 }

export function network(seed: number, most = 60000): Report {
  const next = random(seed ^ 0x3c6ef372)
  /** A whole number from 0 to n - 1. */
  const pick = (n: number): number => (next() >>> 1) % n
  const oneOf = <T>(...list: T[]): T => list[pick(list.length)]
  const s = sim({ seed, start: oneOf(0, 0x7fffff00, -1000, pick(0x40000000)) })
  const faults: string[] = []
  const story: string[] = []
  const isTight = pick(8) === 0

  const medium = (): WireOptions => ({
    mtu: oneOf(1500, 1500, 1500, 1006, 576, 400),
    loss: oneOf(0, 0, 0.01, 0.05, 0.15),
    reorder: oneOf(0, 0, 0.1),
    duplicate: oneOf(0, 0, 0.05),
    corrupt: oneOf(0, 0, 0.02),
    delay: oneOf(0.05, 1, 10, 100),
    jitter: oneOf(0, 0, 5),
    bandwidth: oneOf(0, 1e6, 1e7),
    backlog: oneOf(0, 0, 8000),
  })
  const joint = oneOf('none', 'router', 'router', 'homed')
  const media = (joint === 'none' ? [0] : [0, 1]).map(i => {
    const options = medium()
    // The joint takes the first station of each.
    const n = (joint === 'none' ? 2 : 1) + 1 + pick(3) - (joint === 'homed' ? 1 : 0)
    const cards = n > 2 || n < 2 ? s.hub(Math.max(n, 2), options) : s.wire(options)
    story.push(`medium ${i}: ${cards.length} stations ${JSON.stringify(options)}`)
    return cards
  })
  const nodes: Node[] = []
  function place(name: string, cards: Node['cards']): void {
    nodes.push({ name, cards, bits: oneOf(0, 7, pick(8)), lives: [] })
  }
  const cardAt = (i: number, k: number): Node['cards'][0] => ({
    card: media[i][k],
    medium: i,
    quads: `10.0.${i}.${k + 1}`,
  })
  if (joint === 'homed') place('homed', [cardAt(0, 0), cardAt(1, 0)])
  for (const [i, cards] of media.entries())
    for (let k = joint === 'none' ? 0 : 1; k < cards.length; k++) place(`${i}.${k + 1}`, [cardAt(i, k)])

  function start(node: Node): Life {
    const watch = watched(node.name, faults)
    const h = host(s.env(), { pool: isTight ? 60000 : 1 << 22, observer: watch.observer })
    const ips: Ipv4[] = []
    const devs = node.cards.map(({ card, quads }, i) => {
      // A machine that is off neither sends nor hears; the next one takes its cards.
      const off = wrap(
        card,
        (b, o, n) => (life.isOff ? 0 : card.send(b, o, n)),
        (...frame) => {
          if (!life.isOff) off.recv(...frame)
        },
      )
      ips.push(
        ipv4(h, ethernet(h, watch.watch(off)), {
          address: prefix(`${quads}/24`),
          ...(joint === 'router' ? { gateways: gateways([address(`10.0.${node.cards[i].medium}.1`)]) } : {}),
        }),
      )
      return off
    })
    const large = node.bits & 1 && !isTight ? 1 << 17 : 16384
    const t = tcp(ips.length > 1 ? route(h, ips) : ips[0], {
      receiveBuffer: oneOf(2048, 8192, large),
      sendBuffer: oneOf(2048, 8192, large),
      ...optionsOf(node.bits),
      ...(pick(2) ? { timers: wheel() } : {}),
    })
    const life: Life = { h, t, ips, watch, own: node.cards[0].quads, isOff: false }
    s.host(h, devs)
    node.lives.push(life)
    return life
  }
  for (const node of nodes) start(node)
  const live = (node: Node): Life => node.lives[node.lives.length - 1]

  let counts = { passed: 0, reports: 0 }
  if (joint === 'router') {
    const h = host(s.env(), { pool: 1 << 20 })
    const cards = [media[0][0], media[1][0]]
    counts = router(
      h,
      cards.map((card, i) => ({ link: ethernet(h, card), own: address(`10.0.${i}.1`) })),
    )
    s.host(h, cards)
  }

  // Who talks with whom: all that a way leads to.
  const talks: Talk[] = []
  const canTalk = (a: Node, b: Node): boolean =>
    a !== b && (joint === 'router' || a.cards.some(x => b.cards.some(y => x.medium === y.medium)))
  /** The address of a node as another sees it: beyond a router the first. */
  const towards = (a: Node, b: Node): string =>
    (b.cards.find(y => a.cards.some(x => x.medium === y.medium)) ?? b.cards[0]).quads
  for (let i = 1 + pick(4); i > 0; i--) {
    const client = nodes[pick(nodes.length)]
    const others = nodes.filter(node => canTalk(client, node))
    if (!others.length) continue
    const server = others[pick(others.length)]
    const k = talks.length
    const lives: Talk['lives'] = [live(client), live(server)]
    const ends: Talk['ends'] = [end(lives[0].t), end(lives[1].t)]
    const sizes: Talk['sizes'] = [oneOf(0, pick(2000), pick(most), pick(most)), oneOf(0, 1, pick(most), pick(most))]
    const patience = oneOf(0, 20000, HOUR / 2, HOUR / 2)
    const plan = (i: number): Plan => ({
      name: `talk ${k} ${i ? server.name : client.name}`,
      out: 2 * k + i,
      in: 2 * k + 1 - i,
      size: sizes[i],
      chunk: oneOf(100, 1000, 5000, 100000),
      // Before a closed window an end that has no userTimeout waits without a limit, also for a peer that is gone.
      pause: patience ? oneOf(0, 0, 0, 700) : 0,
      sip: oneOf(100000, 1000, 5000),
      settings: { ...KEEP_ALIVE, userTimeout: patience },
    })
    talks.push({ client, server, ends, lives, sizes, patience })
    const listener = lives[1].t.listen(1000 + k, first(ends[1], handlers(s, ends[1], plan(1), faults)))
    if (typeof listener === 'number') faults.push(`listen ${listener}`)
    const h = handlers(s, ends[0], plan(0), faults)
    s.after(pick(3000), () => {
      // It may have failed, or moved, before.
      if (live(client) !== lives[0] || lives[0].isOff) return
      const c = lives[0].t.connect(address(towards(client, server)), 1000 + k, h)
      if (typeof c !== 'number') tune(lives[0].t, c, { userTimeout: patience })
      else if (c === -101 || c === -99) story.push(`talk ${k}: connect ${c}`)
      else faults.push(`talk ${k}: connect ${c}`)
      isAsked[k] = typeof c !== 'number'
    })
    story.push(`talk ${k}: ${client.name} to ${towards(client, server)}, ${sizes}, patience ${patience}`)
  }
  const isAsked: boolean[] = []

  /** Gives the first card another address: who had a connection by the old one is told at once. */
  function move(node: Node, quads: string): void {
    const life = live(node)
    if (life.own === quads) return
    life.own = quads
    const lost = talks.flatMap(talk =>
      talk.ends.filter((e, i) => talk.lives[i] === life && e.isOpen && e.code === null),
    )
    configure(life.ips[0], prefix(`${quads}/24`))
    s.after(1, () => {
      if (node.cards.length === 1 && lost.some(e => e.code !== -99)) faults.push(`${node.name} moved, nobody was told`)
    })
  }

  // What breaks. Who is no longer sure to be served, and the longest time without a way.
  const failed = new Set<Node>()
  let longest = 0
  for (let i = pick(4); i > 0; i--) {
    const node = nodes[pick(nodes.length)]
    const at = pick(oneOf(1000, 4000, 15000))
    const kind = oneOf('cut', 'cut', 'mtu', 'move', 'reboot', 'die')
    const rest = oneOf(100, 3000, 15000, 400000)
    if (kind === 'cut') {
      longest = Math.max(longest, rest)
      const { card } = node.cards[pick(node.cards.length)]
      s.after(at, () => card.cut())
      s.after(at + rest, () => card.mend())
    } else if (kind === 'mtu') {
      const mtu = oneOf(1500, 1006, 576, 296)
      const cards = media[pick(media.length)]
      s.after(at, () => {
        for (const card of cards) card.mtu = mtu
        for (const x of nodes) live(x).h.poll()
      })
      story.push(`mtu ${mtu} at ${at}`)
    } else {
      failed.add(node)
      const old = node.cards[0].quads
      const quads = oneOf(`10.0.${node.cards[0].medium}.${100 + i}`, old)
      if (kind === 'move') {
        s.after(at, () => move(node, `10.0.${node.cards[0].medium}.${100 + i}`))
        if (quads === old) s.after(at + rest, () => move(node, old))
      } else {
        s.after(at, () => {
          live(node).isOff = true
        })
        if (kind === 'reboot')
          s.after(at + rest, () => {
            const life = start(node)
            for (let k = 0; k < talks.length; k++) life.t.listen(1000 + k, { onWritable: c => void life.t.abort(c) })
          })
      }
    }
    story.push(`${kind} ${node.name} at ${at} for ${rest}`)
  }

  const isOver = (): boolean =>
    talks.every(({ ends, lives }, k) =>
      ends.every(
        (e, i) => e.code !== null || (i ? !e.isOpen : !isAsked[k]) || lives[i].isOff || (i > 0 && !isAsked[k]),
      ),
    )
  s.run(3000)
  const wasOver = s.run(3 * HOUR, isOver)
  const time = s.now()
  s.run(HOUR)
  if (!wasOver) faults.push('three hours were not enough')
  const codes: number[] = []
  for (const [k, talk] of talks.entries()) {
    const { client, server, ends, lives, sizes } = talk
    // A listener gives up what is half open after three minutes (RFC 9293 3.8.3), whatever its peer's patience.
    const isSure =
      !failed.has(client) && !failed.has(server) && !isTight && talk.patience > HOUR / 4 && longest < 100000
    for (const [i, e] of ends.entries()) {
      const who = `talk ${k} ${i ? server.name : client.name}`
      if (e.wrong >= 0) faults.push(`${who}: octet ${e.wrong} is wrong`)
      if (lives[i].isOff || !isAsked[k]) continue
      const isTold = e.code !== null
      if (!isTold && (i === 0 || e.isOpen)) faults.push(`${who} was not told`)
      if (!isTold && isSure) faults.push(`${who} was not served`)
      if (!isTold) continue
      codes.push(e.code as number)
      if (e.code === 0 && !(e.isEnded && e.got === sizes[1 - i]))
        faults.push(`${who} closed with ${e.got} of ${sizes[1 - i]} octets`)
      const other = ends[1 - i]
      // An error where nothing failed: only of one whose last ACK was lost for longer than TIME-WAIT.
      if (e.code && isSure && !(e.code === -104 && other.code === 0 && other.got === sizes[i]))
        faults.push(`${who} ended with ${e.code}`)
    }
  }
  for (const node of nodes)
    for (const life of node.lives) {
      if (life.t.used()) faults.push(`${node.name} holds ${life.t.used()} records of TCP`)
      if (life.h.pool.used) faults.push(`${node.name} holds ${life.h.pool.used} octets`)
      const held = life.h.engines.reduce((k, x) => k + x.used(), 0)
      if (held > 8 * node.cards.length) faults.push(`${node.name} holds ${held} records`)
      life.watch.check(life.h)
    }
  return { faults, time, codes, story, ...counts }
}
