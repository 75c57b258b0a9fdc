// The tables of /proc/net, read: ours or a kernel's.

/** An end of a socket. */
export interface End {
  address: string
  port: number
}

export interface SocketRow {
  local: End
  peer: End
  /** As Linux numbers it: 1 established, ..., 6 TIME-WAIT, 10 listening; of UDP and raw sockets 7. */
  state: number
  unsent: number
  unread: number
  retransmissions: number
  /** UDP and raw: what found no room. */
  drops: number
}

export interface ArpRow {
  address: string
  mac: string
  /** 2: known, 4: set by hand. */
  flags: number
  device: string
}

export interface RouteRow {
  device: string
  to: string
  gateway: string
  mask: string
  flags: number
}

export interface DevRow {
  name: string
  inOctets: number
  inPackets: number
  inMulticast: number
  outOctets: number
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
