// Expressions that cover every primitive, qualifier and operator of the language.
import { IP4, IP6, MACS, PORTS, VLANS } from './frames.ts'

const DIRS = ['', 'src', 'dst', 'src or dst', 'src and dst', 'dst or src', 'dst and src']
const words = (...parts: (string | number)[]): string => parts.filter(p => p !== '').join(' ')

function hosts(): string[] {
  const list: string[] = []
  for (const proto of ['', 'ip', 'arp', 'rarp']) {
    for (const dir of DIRS) list.push(words(proto, dir, 'host', IP4[list.length % IP4.length] as string))
    for (const dir of DIRS)
      list.push(
        words(
          proto,
          dir,
          'net',
          ['10', '10.0', '192.168', '10.0.0', '10.0.0.0/8', '192.168.0.0/16', '224.0.0.0/4'][list.length % 7] as string,
        ),
      )
  }
  for (const proto of ['', 'ip6']) {
    for (const dir of DIRS) list.push(words(proto, dir, 'host', IP6[list.length % IP6.length] as string))
    for (const dir of DIRS)
      list.push(
        words(
          proto,
          dir,
          'net',
          ['2001:db8::/32', 'fe80::/10', '::/0', '::/96', 'ff00::/8', '2001:db8::1', '2001:db8::/33'][
            list.length % 7
          ] as string,
        ),
      )
  }
  for (const dir of DIRS.slice(1))
    list.push(words(dir, IP4[list.length % IP4.length] as string), words(dir, IP6[list.length % IP6.length] as string))
  return [
    ...list,
    'src net 10.0.0.0 mask 255.0.0.0',
    'net 192.168 mask 255.255',
    'net 0.0.0.0/0',
    'net 10.0.0.1/32',
    'dst net 10.0.0/24',
    'ip host 0x0a000001',
    'host 167772161',
    'net 0x0a',
    'net 2560',
    'net 0',
    'host 10.0.0.1 or 10.0.0.2 or fe80::1',
    'src host 10.0.0.1 and dst host 10.0.0.2',
    'src host 10.0.0.1 and not dst net 10',
    'host ::ffff:10.0.0.1',
    'ip6 src ::',
    'arp src 10.0.0.1',
  ]
}

function etherWords(): string[] {
  const list: string[] = []
  for (const dir of DIRS) for (const mac of MACS.slice(0, 3)) list.push(words('ether', dir, 'host', mac))
  for (const dir of DIRS.slice(1)) list.push(words('ether', dir, MACS[2] as string))
  return [
    ...list,
    'ether host 2:0:0:0:0:1',
    'ether host 02-00-00-00-00-01',
    'ether host 02.00.00.00.00.01',
    'ether host 0200.0000.0001',
    'ether host 020000000001',
    'ether src 02:00:00:00:00:01 or 02:00:00:00:00:02',
    'ether broadcast',
    'ether multicast',
    'broadcast',
    'multicast',
    'ether proto 0x88b5',
    'ether proto 2048',
    'ether proto \\ip',
    'ether proto \\arp',
    'ether proto \\rarp',
    'ether proto \\ip6',
    'ether proto \\lat',
    'ether proto \\moprc',
    'ether proto \\mopdl',
    'ether proto \\decnet',
    'ether proto \\sca',
    'ether proto \\loopback',
    'ether proto \\stp',
    'ether proto \\iso',
    'ether proto \\netbeui',
    'ether proto loopback',
    'ether proto 0x42',
    'ether proto 5',
    'ether proto 6',
    'ether proto 1500',
    'ether proto 1501',
    'ether proto \\ip or \\arp or 0x88b5',
    'link proto 0x800',
    'ether[0] & 1 = 0 and ip[16] >= 224',
    'ether[12:2] > 1500',
    'ether[6:4] = 0x02000000',
    'link[0] = 0xff',
    'ether[1:2] = ether[3:2]',
  ]
}

function portWords(): string[] {
  const list: string[] = []
  for (const proto of ['', 'tcp', 'udp', 'sctp']) {
    for (const dir of DIRS) list.push(words(proto, dir, 'port', PORTS[list.length % PORTS.length] as number))
    for (const dir of DIRS)
      list.push(
        words(proto, dir, 'portrange', ['20-80', '80-20', '53-53', '0-65535', '443-8080'][list.length % 5] as string),
      )
  }
  for (const name of ['domain', 'http', 'https', 'ssh', 'bootps', 'bootpc']) list.push(`port ${name}`)
  return [
    ...list,
    'port 80 or 443',
    'port 80 or 443 or 22',
    'port not 80',
    'not port 80 and not 53',
    'port (80 or 443) and tcp',
    'port (80 and 443)',
    'port (not 80)',
    'port ((80))',
    'tcp port 80 or udp port 53',
    'tcp port 80 or 443 and host 10.0.0.1',
    'src port 80 or dst port 443',
    'tcp src port 443 and dst 10.0.0.1',
    'tcp port 80 and (443 or 53)',
    'tcp port 80 and (not 443)',
    'portrange 22',
    'portrange domain-http',
    'portrange ssh-http',
    'portrange bootps-bootpc',
    'tcp port http',
    'udp port domain',
    'port 0x50',
    'port 0120',
    'port 80 or (443)',
    'port 80 or (443) or (22 or 53)',
    'port 80 or (tcp)',
    'port 80 and (tcp or 443 = 443)',
    '(port 80) or port 443',
    'port 80 or (port 53) or 443',
    'port domain or http',
    'host 10.0.0.1 and port 80 or 53',
  ]
}

function protocols(): string[] {
  const list = 'ip ip6 arp rarp icmp icmp6 igmp igrp pim vrrp carp tcp udp sctp ah esp'.split(' ')
  for (const over of ['', 'ip', 'ip6']) for (const n of [1, 2, 6, 17, 58, 132]) list.push(words(over, 'proto', n))
  for (const name of ['tcp', 'udp', 'icmp', 'igmp', 'esp', 'ah', 'pim', 'vrrp', 'sctp'])
    list.push(`proto \\${name}`, `ip proto \\${name}`, `ip6 proto \\${name}`)
  for (const name of ['ipv6-icmp', 'ipv6-frag', 'gre', 'ospf']) list.push(`ip6 proto ${name}`, `proto ${name}`)
  return [
    ...list,
    'ip proto 253',
    'proto 1 or 6',
    'ip proto \\tcp or \\udp',
    'ip6 proto 44',
    'ip multicast',
    'ip6 multicast',
    'less 60',
    'greater 60',
    'less 60 or greater 70',
    'len > 60',
    'len <= 60',
    'length = 60',
    'len & 1 = 1',
    'not less 60',
    'ip and not broadcast',
  ]
}

function vlans(): string[] {
  return [
    'vlan',
    ...VLANS.map(v => `vlan ${v}`),
    'vlan and ip',
    'vlan and tcp',
    'vlan and vlan',
    'vlan 5 and vlan 100',
    'vlan 1 and ip6',
    'vlan and host 10.0.0.1',
    'vlan and port 80',
    'vlan 5 and ip[8] = 64',
    'vlan and ether host 02:00:00:00:00:01',
    'vlan and tcp[13] & 2 != 0',
    'not vlan',
    'not vlan 5',
    'vlan or ip',
    'ip or vlan',
    '(vlan 1 or vlan 5) and ip',
    'vlan (5)',
    'vlan and ether proto 0x88b5',
    'vlan and icmp6 and ip6[40] = 128',
    'vlan and vlan and udp port 53',
  ]
}

function arithmetic(): string[] {
  const list: string[] = []
  for (const proto of [
    'ip',
    'ip6',
    'arp',
    'rarp',
    'tcp',
    'udp',
    'sctp',
    'icmp',
    'igmp',
    'igrp',
    'pim',
    'vrrp',
    'carp',
    'icmp6',
    'ether',
  ])
    for (const index of ['[0]', '[1:2]', '[4:4]']) list.push(`${proto}${index} > 2`)
  for (const relop of ['>', '<', '>=', '<=', '=', '==', '!='])
    list.push(`ip[8] ${relop} 64`, `ip[2:2] ${relop} ip[4:2]`, `64 ${relop} ip[8]`)
  for (const op of ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>']) {
    list.push(
      `ip[8] ${op} 3 > ip[1]`,
      `ip[8] ${op} ip[9] > 5`,
      `200 ${op} ip[9] > 12`,
      `(ip[8] ${op} 2) ${op} (ip[9] ${op} 3) > ip[1]`,
    )
    for (const other of ['+', '*', '&', '|', '<<', '%', '^']) list.push(`ip[8] ${op} 3 ${other} 2 > ip[1]`)
  }
  return [
    ...list,
    'ip[2:2] - ((ip[0]&0xf)<<2) > 40',
    'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0',
    'tcp[tcpflags] & (tcp-syn|tcp-ack) == (tcp-syn|tcp-ack)',
    'tcp[13] = 18',
    'tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)',
    'ip[6:2] & 0x1fff = 0',
    'ip[0] & 0xf != 5',
    'ip[ip[0] & 0xf] = 0',
    'tcp[tcp[12] >> 2] = 3',
    'udp[udp[4] & 7 : 2] > 0',
    'ip6[6] = 58 and ip6[40] = 128',
    'icmp6[icmp6type] = icmp6-echo',
    'icmp6[ip6[7] & 1] = 0',
    'ip6[ip6[6]] > 1',
    'ip[len - 1] > 0',
    'ip[len - 30] > 0',
    'ether[len - 1] > 0',
    'ether[len - 4 : 4] = 0',
    '- ip[8] = 0xffffffc0',
    '-1 = 0xffffffff',
    '-ip[8] + ip[8] = 0',
    '(5)  = 5',
    '((ip[8])) = ((64))',
    'not ip[8] = 64',
    'not (ip[8] = 64 or ip[9] = 6)',
    '1 = 1',
    '1 = 2 or ip',
    '1 + 1 = 2 and tcp',
    'ip[9] = 6 and tcp[0:2] = 80 or udp[2:2] = 53',
    'ip[8] + arp[0] > 3',
    'ip[8] / ip[1] > 0',
    'ip[8] % ip[1] = 0',
    'ip[12:4] = ip[16:4]',
    'ip[1000] = 0',
    'ip[0x7fffffff] = 0',
    'tcp[1000] = 0',
    'ip[8] << ip[1] > 3',
    'ip[8] & 0xff00 = 0',
    '0 & ip[8] = 0',
    'len - len = 0',
    '4294967295 = 0xffffffff',
    'icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply',
  ]
}

function constants(): string[] {
  const icmp =
    'echoreply unreach sourcequench redirect echo routeradvert routersolicit timxceed paramprob tstamp tstampreply ireq ireqreply maskreq maskreply'
  const icmp6 =
    'destinationunreach packettoobig timeexceeded parameterproblem echo echoreply multicastlistenerquery multicastlistenerreportv1 ' +
    'multicastlistenerdone routersolicit routeradvert neighborsolicit neighboradvert redirect routerrenum nodeinformationquery ' +
    'nodeinformationresponse ineighbordiscoverysolicit ineighbordiscoveryadvert multicastlistenerreportv2 homeagentdiscoveryrequest ' +
    'homeagentdiscoveryreply mobileprefixsolicit mobileprefixadvert certpathsolicit certpathadvert multicastrouteradvert ' +
    'multicastroutersolicit multicastrouterterm'
  return [
    ...icmp.split(' ').map(name => `icmp[icmptype] = icmp-${name}`),
    ...icmp6.split(' ').map(name => `icmp6[icmp6type] = icmp6-${name}`),
    ...'fin syn rst push ack urg ece cwr'.split(' ').map(name => `tcp[tcpflags] & tcp-${name} != 0`),
    'icmp[icmpcode] = 1',
    'icmp6[icmp6code] = 1',
  ]
}

function connected(): string[] {
  return [
    '',
    'tcp or udp and ip6',
    'tcp and udp or ip6',
    'tcp && !udp',
    'tcp || udp',
    'not tcp',
    'not not tcp',
    '! tcp and ! udp',
    'not (tcp or udp)',
    'not tcp or udp',
    '(tcp)',
    '((tcp or (udp)))',
    'tcp and (port 80 or port 443) and not host 10.0.0.1',
    'host 10.0.0.1 and (10.0.0.2 or 10.1.2.3)',
    'host 10.0.0.1 or (10.0.0.2 and 10.1.2.3)',
    'not host 10.0.0.1 and 10.0.0.2',
    'host 10.0.0.1 and not 10.0.0.2',
    'ip src 10.0.0.1 or arp src 10.0.0.1',
    'ip host 10.0.0.1 and 10.0.0.2 or tcp port 80 and 443',
    'src 10.0.0.1 and dst port 80',
    'dst net 10 and src net 192.168 or tcp',
    'ip and ip and ip',
    'tcp or tcp',
    'ip and not ip',
    'arp or rarp or ip or ip6',
    'src host 10.0.0.1 and (port 80 or portrange 20-50)',
    'tcp[0:2] = 80 or tcp[2:2] = 80 and ip[8] = 64',
    'not (not (not ip))',
    'ip  and\ttcp\nand  not  port 80',
  ]
}

/** For every link type; some are refused on some, by libpcap too. */
export const EXPRESSIONS: readonly string[] = [
  ...new Set([
    ...hosts(),
    ...etherWords(),
    ...portWords(),
    ...protocols(),
    ...vlans(),
    ...arithmetic(),
    ...constants(),
    ...connected(),
    'inbound',
    'outbound',
    'not inbound and tcp',
  ]),
]
