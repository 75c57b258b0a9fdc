// The tables of /proc/net, in the columns that Linux has them in.
import { get16, get32, type Ip, type Link, type Tcp, type TcpEngine } from '@tiny/core'

/** What is read of a socket of @tiny/udp or @tiny/raw. */
interface Inbox {
  readonly port?: number
  readonly proto?: number
  readonly lost: number
  readonly fill: number
  readonly next: number
}

/** What is read of a link that ethernet() of @tiny/ethernet returned. */
interface Neighbours {
  readonly table?: readonly {
    readonly ip: number
    readonly at: number
    readonly tries: number
  }[]
  readonly cache?: Uint8Array
}

/** What is read of an interface that ipv4() of @tiny/ipv4 returned. */
interface Interface {
  readonly address?: number
  readonly mask?: number
  readonly gateways?: { first(): number }
}

/** The states of RFC 9293 as Linux numbers them: of ours, 0 to 10. */
const STATES = '07 0A 02 03 01 08 04 05 0B 09 06'
const ANY = '00000000:0000'
/** Of a neighbour, instead of a number of tries. */
const FREE = -2
const STATIC = 4

const pad = (text: string, n: number): string => (text.length < n ? pad(` ${text}`, n) : text)
const tail = (text: string, n: number): string => (text.length < n ? tail(`${text} `, n) : text)
function hex(value: number, n: number): string {
  let text = (value >>> 0).toString(16).toUpperCase()
  while (text.length < n) text = `0${text}`
  return text
}

/** An address as Linux prints it on a machine whose low octet comes first. */
const hexAddress = (a: number): string => hex((a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24), 8)
const end = (address: number, port: number): string => `${hexAddress(address)}:${hex(port, 4)}`
const dotted = (a: number): string => `${a >>> 24}.${(a >> 16) & 255}.${(a >> 8) & 255}.${a & 255}`

/** A line of the tables of sockets, up to the inode. */
const socketLine = (
  sl: number,
  width: number,
  local: string,
  peer: string,
  state: string,
  unsent: number,
  unread: number,
  timer: string,
  tries: number,
): string =>
  `${pad(`${sl}`, width)}: ${local} ${peer} ${state} ${hex(unsent, 8)}:${hex(unread, 8)} ${timer} ${hex(tries, 8)}     0        0 ${sl + 1}`

const NO_TIMER = '00:00000000'
const TCP_HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

/** The text of /proc/net/tcp: listeners, connections, and what is left of them in TIME-WAIT. */
export function tcpTable(tcp: Tcp): string {
  const t = tcp as TcpEngine
  const states = STATES.split(' ')
  let text = `${tail(TCP_HEAD, 149)}\n`
  let sl = 0
  const line = (s: string): void => {
    text += `${tail(s, 149)}\n`
    sl++
  }
  // Hundredths of a second.
  const when = (due: number): string => hex(Math.max(((due - t.h.time()) | 0) / 10, 0) | 0, 8)
  for (let i = 0; i < t.listeners.length; i++) {
    const l = t.listeners[i]
    const own = l.address ? get32(l.address, 0) : 0
    line(
      `${socketLine(sl, 4, end(own, l.port), ANY, '0A', l.backlog, l.half.length, NO_TIMER, 0)} 1 0000000000000000 100 0 0 10 0`,
    )
  }
  for (let i = 0; i < t.table.length; i++) {
    const c = t.table[i]
    if (!c) continue
    // Linux knows of retransmission 1, keep-alive 2, probes 4.
    const timer = c.timer ? `0${[0, 1, 4, 2, 2][c.timer]}:${when(c.due)}` : NO_TIMER
    line(
      `${socketLine(
        sl,
        4,
        end(get32(t.pairs, c.at + 4), c.port),
        end(get32(t.pairs, c.at), c.peerPort),
        states[c.state],
        Math.max((c.sndEnd - c.sndUna) | 0, 0),
        Math.max((c.rcvNxt - c.rcvRead) | 0, 0),
        timer,
        c.tries,
      )} 1 0000000000000000 ${(c.rto / 10) | 0} 4 0 ${(c.cwnd / c.mss) | 0} ${c.ssthresh === 0x7fffffff ? -1 : (c.ssthresh / c.mss) | 0}`,
    )
  }
  for (let i = 0; i < t.timeWaits.length; i++) {
    const w = t.timeWaits[i]
    if (!w.isUsed) continue
    line(
      `${socketLine(
        sl,
        4,
        end(get32(t.pairs, w.at + 4), get16(t.pairs, w.at + t.stride - 2)),
        end(get32(t.pairs, w.at), get16(t.pairs, w.at + t.stride - 4)),
        '06',
        0,
        0,
        `03:${when(w.due)}`,
        0,
      ).replace(/ \d+$/, ' 0')} 3 0000000000000000`,
    )
  }
  return text
}

const DGRAM_HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'

function datagrams(rows: readonly object[], width: number, head: string): string {
  let text = head
  for (let i = 0; i < rows.length; i++) {
    const s = rows[i] as Inbox
    // A raw socket has its protocol where others have their port.
    const port = s.port ?? s.proto ?? -1
    if (port < 0) continue
    const line = socketLine(i, width, end(0, port), ANY, '07', 0, s.fill - s.next, NO_TIMER, 0)
    text += `${tail(`${line} 2 0000000000000000 ${s.lost}`, 127)}\n`
  }
  return text
}

/** The text of /proc/net/udp, of the `sockets` of udp() of @tiny/udp. */
export const udpTable = (sockets: readonly { readonly port: number }[]): string =>
  datagrams(sockets, 5, `${tail(DGRAM_HEAD, 127)}\n`)

/** The text of /proc/net/raw, of the `sockets` of raw() of @tiny/raw. */
export const rawTable = (sockets: readonly { readonly proto: number }[]): string =>
  datagrams(sockets, 4, `${DGRAM_HEAD}\n`)

/** The text of /proc/net/arp. */
export function arp(links: readonly { readonly name: string; readonly link: Link }[]): string {
  let text = 'IP address       HW type     Flags       HW address            Mask     Device\n'
  for (let k = 0; k < links.length; k++) {
    const { table, cache } = links[k].link as Neighbours
    if (!table || !cache) continue
    for (let i = 0; i < table.length; i++) {
      const x = table[i]
      if (x.tries <= FREE) continue
      // Of one that is not known, that of all stations stands there: Linux prints zeros.
      const isKnown = !(cache[x.at] & 1)
      const octets: string[] = []
      for (let j = 0; j < 6; j++) octets.push(hex(isKnown ? cache[x.at + j] : 0, 2).toLowerCase())
      // Complete, and published for ever where it was set by hand.
      const flags = `0x${isKnown ? (x.tries === STATIC ? 6 : 2) : 0}`
      text += `${tail(dotted(x.ip), 16)} 0x1         ${tail(flags, 11)} ${octets.join(':')}     *        ${links[k].name}\n`
    }
  }
  return text
}

/** The text of /proc/net/route: the network of each interface, and its gateway. */
export function routes(interfaces: readonly { readonly name: string; readonly ip: Ip }[]): string {
  let text = `${tail('Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT', 127)}\n`
  const line = (name: string, to: number, by: number, flags: string, mask: number): void => {
    text += `${tail(`${name}\t${hexAddress(to)}\t${hexAddress(by)}\t${flags}\t0\t0\t0\t${hexAddress(mask)}\t0\t0\t0`, 127)}\n`
  }
  for (let i = 0; i < interfaces.length; i++) {
    const { address, mask, gateways } = interfaces[i].ip as Interface
    const first = gateways?.first()
    if (first) line(interfaces[i].name, 0, first, '0003', 0)
    if (address) line(interfaces[i].name, address & (mask ?? 0), 0, '0001', mask ?? 0)
  }
  return text
}

/** What an interface has moved, as meter() of @tiny/mib/meter counts it. */
export interface Moved {
  /** Octets received. */
  readonly inOctets: number
  /** Frames received. */
  readonly inPackets: number
  /** Of these, to groups. */
  readonly inMulticast: number
  /** Octets sent. */
  readonly outOctets: number
  /** Frames sent. */
  readonly outPackets: number
  /** Frames that the interface refused. */
  readonly outErrors: number
}

/** The text of /proc/net/dev. */
export function dev(interfaces: readonly { readonly name: string; readonly moved: Moved }[]): string {
  let text =
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n'
  for (let i = 0; i < interfaces.length; i++) {
    const { name, moved } = interfaces[i]
    text +=
      `${pad(name, 6)}: ${pad(`${moved.inOctets}`, 7)} ${pad(`${moved.inPackets}`, 7)}    0    0    0     0          0 ` +
      `${pad(`${moved.inMulticast}`, 9)} ${pad(`${moved.outOctets}`, 8)} ${pad(`${moved.outPackets}`, 7)}    0 ` +
      `${pad(`${moved.outErrors}`, 4)}    0     0       0          0\n`
  }
  return text
}
