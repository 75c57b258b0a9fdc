// What tinystat shows of a machine: the files of /proc/net, as text, and who was told of what.
import type { Ip, Link, Tcp } from '@tiny/core'
import type { Mib } from '@tiny/mib'
import type { Witness } from '@tiny/mib/explain'
import type { Meter } from '@tiny/mib/meter'
import { arp, dev, netstat, rawTable, routes, snapshot, snmp, tcpTable, udpTable } from '@tiny/mib/proc'

/** The parts of a machine; what is not there has no table. */
export interface Stack {
  name: string
  counters: Mib
  witness?: Witness
  ip?: Ip
  link?: Link
  tcp?: Tcp
  udp?: { readonly sockets: readonly { readonly port: number }[] }
  raw?: { readonly sockets: readonly { readonly proto: number }[] }
  meter?: Meter
}

/** What goes over the socket. */
export interface Files {
  [file: string]: string
}

/** The files, and as JSON the ids that were told of and what they were about. */
export function files({ name, counters, witness, ip, link, tcp, udp, raw, meter }: Stack): Files {
  const s = snapshot(counters, { ...(ip && { ip }), ...(tcp && { tcp }) })
  return {
    snmp: snmp(s),
    netstat: netstat(s),
    tcp: tcp ? tcpTable(tcp) : '',
    udp: udp ? udpTable(udp.sockets) : '',
    raw: raw ? rawTable(raw.sockets) : '',
    arp: link ? arp([{ name, link }]) : '',
    route: ip ? routes([{ name, ip }]) : '',
    dev: meter ? dev([{ name, moved: meter }]) : '',
    told: JSON.stringify({ times: counters.times, details: witness?.details ?? [] }),
  }
}
