// The tables of /proc/net, read: ours or a kernel's.

/** An end of a socket. */
export interface End {
  /** Four numbers with dots; '0.0.0.0': any. */
  address: string
  /** 0: any. Of raw sockets the protocol. */
  port: number
}

/** A line of /proc/net/tcp, udp or raw. */
export interface SocketRow {
  /** The own end. */
  local: End
  /** The other end. */
  peer: End
  /** As Linux numbers it: 1 established, ..., 6 TIME-WAIT, 10 listening; of UDP and raw sockets 7. */
  state: number
  /** Octets that are not acknowledged yet; of a listener its backlog. */
  unsent: number
  /** Octets that wait to be read; of a listener its half-open connections. */
  unread: number
  /** Retransmissions of what is oldest, without an answer. */
  retransmissions: number
  /** UDP and raw: what found no room. */
  drops: number
}

/** A line of /proc/net/arp. */
export interface ArpRow {
  /** Four numbers with dots. */
  address: string
  /** As 02:00:00:00:00:01. */
  mac: string
  /** 2: known, 4: set by hand. */
  flags: number
  /** Name of the interface. */
  device: string
}

/** A line of /proc/net/route. */
export interface RouteRow {
  /** Name of the interface. */
  device: string
  /** The destination, four numbers with dots. */
  to: string
  /** Four numbers with dots; '0.0.0.0': none, it is on the link. */
  gateway: string
  /** Four numbers with dots. */
  mask: string
  /** 1: up, 2: by a gateway, 4: a host. */
  flags: number
}

/** A line of /proc/net/dev. */
export interface DevRow {
  /** Name of the interface. */
  name: string
  /** Octets received. */
  inOctets: number
  /** Frames received. */
  inPackets: number
  /** Of these, to groups. */
  inMulticast: number
  /** Octets sent. */
  outOctets: number
  /** Frames sent. */
  outPackets: number
  /** Frames that were to be sent and were dropped. */
  outErrors: number
}

function address(text: string): string {
  const octets: number[] = []
  for (let i = 6; i >= 0; i -= 2) octets.push(parseInt(text.slice(i, i + 2), 16))
  return octets.join('.')
}

const end = (text: string): End => {
  const parts = text.split(':')
  return { address: address(parts[0]), port: parseInt(parts[1], 16) }
}

/** The words of each line that has so many, heads left out. */
function words(text: string, least: number, heads: number): string[][] {
  const found: string[][] = []
  const lines = text.split('\n')
  for (let i = heads; i < lines.length; i++) {
    const list = lines[i].trim().split(/\s+/)
    if (list.length >= least) found.push(list)
  }
  return found
}

/** Reads /proc/net/tcp, udp or raw. */
export function parseSockets(text: string): SocketRow[] {
  const hasDrops = text.split('\n')[0].indexOf('drops') >= 0
  return words(text, 10, 1).map(w => {
    const queues = w[4].split(':')
    return {
      local: end(w[1]),
      peer: end(w[2]),
      state: parseInt(w[3], 16),
      unsent: parseInt(queues[0], 16),
      unread: parseInt(queues[1], 16),
      retransmissions: parseInt(w[6], 16),
      drops: hasDrops ? +w[12] : 0,
    }
  })
}

/** Reads /proc/net/arp. */
export const parseArp = (text: string): ArpRow[] =>
  words(text, 6, 1).map(w => ({ address: w[0], flags: parseInt(w[2], 16), mac: w[3], device: w[5] }))

/** Reads /proc/net/route. */
export const parseRoutes = (text: string): RouteRow[] =>
  words(text, 11, 1).map(w => ({
    device: w[0],
    to: address(w[1]),
    gateway: address(w[2]),
    flags: parseInt(w[3], 16),
    mask: address(w[7]),
  }))

/** Reads /proc/net/dev. */
export function parseDev(text: string): DevRow[] {
  // The name and the first number may touch.
  return words(text.replace(/:/g, ': '), 17, 2).map(w => ({
    name: w[0].replace(':', ''),
    inOctets: +w[1],
    inPackets: +w[2],
    inMulticast: +w[8],
    outOctets: +w[9],
    outPackets: +w[10],
    outErrors: +w[12],
  }))
}
