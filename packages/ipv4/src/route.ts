// RFC 1122 3.3.1 and 3.3.4: a host with several interfaces. The strong model of 3.3.4.2: a datagram leaves by the
// interface whose address it has as its source. Which that is, the table decides when the source is chosen.
import {
  EADDRNOTAVAIL,
  ENETUNREACH,
  ensure,
  get32,
  type Host,
  type Ip,
  type Prefix,
  range,
  type Transport,
} from '@tiny/core'
import type { Ip4, Ipv4 } from './types.js'

/** Where a network is to be found. */
export interface Route {
  /** The network; what its address has beyond the prefix does not count. */
  readonly to: Prefix
  /** The interface, one of those given to route(). What lies beyond its link goes to its own gateways. */
  readonly by: Ipv4
  /** Of routes of one length the one with the lowest is taken, 0 to 2^31 - 1; 0 unless given. */
  readonly metric?: number
}

/** An Ip over several: transports do not notice. */
export interface Routes extends Ip {
  readonly alen: 4
  /** Other routes, while the stack runs; the transports are told by epoch. @throws RangeError */
  set(routes: readonly Route[]): void
}

/** An entry as it is compared: the network, and the bits of its hosts. */
interface Entry {
  readonly net: number
  readonly hosts: number
  readonly metric: number
  readonly ip: Ip4
}

/**
 * One Ip over several interfaces. The network of each is in the table by itself, with metric 0, and moves with its
 * address; further routes are given. The longest prefix wins, then the lowest metric, then the interface given first. What
 * no route is for goes by the first interface that has a way: its gateways are the default. A route by which there is no
 * way now (no gateway, no address) makes room for the next.
 *
 * @param interfaces each over its own link. Transports are added to what is returned, not to them.
 * @throws RangeError for no interface, one of another host, and for routes that are none
 * @see RFC 1122 3.3.4
 */
export function route(h: Host, interfaces: readonly Ipv4[], routes?: readonly Route[]): Routes {
  const list = interfaces as readonly Ip4[]
  let given: readonly Route[] = []
  // Sorted, the best first; made anew when an address or a route has changed.
  let table: Entry[] = []
  let madeAt = -1
  let moves = 0
  const own = new Uint8Array(4)

  const sumOf = (f: (ip: Ip4) => number): number => {
    let k = 0
    for (let i = 0; i < list.length; i++) k += f(list[i])
    return k
  }
  const epoch = (): number => (moves + sumOf(ip => ip.epoch)) | 0

  /** Before what is worse: an entry with as few hosts (as unsigned numbers) and as low a metric comes after those there. */
  function insert(e: Entry): void {
    let i = table.length
    table.push(e)
    for (; i && isBetter(e, table[i - 1]); i--) table[i] = table[i - 1]
    table[i] = e
  }
  const isBetter = (e: Entry, than: Entry): boolean =>
    e.hosts >>> 0 < than.hosts >>> 0 || (e.hosts === than.hosts && e.metric < than.metric)

  function make(): void {
    table = []
    for (let i = 0; i < list.length; i++)
      if (list[i].address) insert({ net: list[i].address, hosts: ~list[i].mask, metric: 0, ip: list[i] })
    for (let i = 0; i < given.length; i++) {
      const { to, by, metric } = given[i]
      const hosts = to.length ? ~(-1 << (32 - to.length)) : -1
      insert({ net: get32(to.address, 0), hosts, metric: metric ?? 0, ip: by as Ip4 })
    }
    madeAt = epoch()
  }

  /** The interface by which dst[d] is reached; the source is written to k[a]. Or a negative error. */
  function find(dst: Uint8Array, d: number, k: Uint8Array, a: number): Ip4 | number {
    const to = get32(dst, d)
    const isOurs = r.isOwn(dst, d)
    if (madeAt !== epoch()) make()
    for (let i = 0; i < table.length + list.length; i++) {
      const e = table[i]
      const ip = e ? e.ip : list[i - table.length]
      if (e && (e.net ^ to) & ~e.hosts) continue
      // What is for ourselves goes round within the interface that has the address, or nowhere.
      if (isOurs && !ip.isOwn(dst, d)) continue
      if (!ip.source(dst, d, k, a)) return ip
    }
    return -ENETUNREACH
  }

  /** The interface of a pair: that of its own address, or the one that the table says. */
  function interfaceOf(k: Uint8Array, a: number): Ip4 | undefined {
    if (k.length >= a + 8)
      for (let i = 0; i < list.length; i++) if (list[i].address && get32(k, a + 4) === list[i].address) return list[i]
    const ip = find(k, a, own, 0)
    return typeof ip === 'number' ? undefined : ip
  }

  ensure(list.length > 0, 'route: no interface')
  for (let i = 0; i < list.length; i++) ensure(list[i].host === h, `route: interface ${i} is another host's`)
  const r: Routes = {
    alen: 4,
    host: h,
    /** What all of them can do. */
    get caps() {
      let caps = -1
      for (let i = 0; i < list.length; i++) caps &= list[i].caps
      return caps
    },
    get epoch() {
      return epoch()
    },
    get mmsR() {
      let least = 65535
      for (let i = 0; i < list.length; i++) least = Math.min(least, list[i].mmsR)
      return least
    },
    add(t: Transport) {
      for (let i = 0; i < list.length; i++) list[i].add(t)
    },
    mss: (k, a) => (interfaceOf(k, a) ?? list[0]).mss(k, a),
    source(dst, d, k, a) {
      const ip = find(dst, d, k, a)
      return typeof ip === 'number' ? ip : 0
    },
    isOwn: (b, o) => sumOf(ip => +ip.isOwn(b, o)) > 0,
    isGroup: (b, o) => sumOf(ip => +ip.isGroup(b, o)) > 0,
    send(proto, n, k, a, opt) {
      let error = -EADDRNOTAVAIL
      for (let i = 0; i < list.length; i++) {
        if (!list[i].isOwn(k, a + 4)) continue
        error = list[i].send(proto, n, k, a, opt)
        // 127.0.0.1 is everybody's: the next one may know what to do with it.
        if (error !== -ENETUNREACH) return error
      }
      return error
    },
    advise(k, a, good) {
      interfaceOf(k, a)?.advise(k, a, good)
    },
    set(routes) {
      for (let i = 0; i < routes.length; i++) {
        const { to, by, metric } = routes[i]
        range('route: octets of the address', to.address.length, 0, 4, 4)
        range('route: prefix', to.length, 0, 0, 32)
        range('route: metric', metric, 0, 0, 0x7fffffff)
        ensure(list.indexOf(by as Ip4) >= 0, `route: route ${i} by an interface that was not given`)
      }
      given = routes.slice(0)
      moves++
      h.wake(0)
    },
  }
  r.set(routes ?? [])
  return r
}
