// The vocabulary of pcap-filter(7): words, their meaning to the parser, and named numbers.
import { type Table, table } from './table.js'

/** What stands for something that the language has and this compiler refuses. */
export const REFUSED: string[] = /* @__PURE__ */ (
  'protochain mpls pppoed pppoes geneve gateway atalk aarp decnet lat sca moprc mopdl iso esis es-is isis is-is clnp stp ipx ' +
  'netbeui radio byte ifindex ifname on rset rulenum ruleset reason action type subtype direction dir addr1 addr2 addr3 addr4 ' +
  'address1 address2 address3 address4 ra ta lane llc metac bcc sc ilmic vpi vci connectmsg metaconnect oam oamf4 oamf4ec ' +
  'oamf4sc l1 l2 iih lsp snp csnp psnp sio opc dpc sls hsio hopc hdpc hsls'
).split(' ')

/** Words of the grammar; several for one. */
export const WORDS: Table<string> = /* @__PURE__ */ table<string>(
  'src dst host net mask port portrange proto less greater broadcast multicast inbound outbound vlan ip ip6 arp rarp icmp ' +
    'icmp6 igmp igrp pim vrrp carp tcp udp sctp ah esp len ether and or not',
  word => word,
  'link:ether ppp:ether slip:ether fddi:ether tr:ether wlan:ether length:len',
)

/** Words for protocols. */
export const PROTOCOLS: string[] =
  /* @__PURE__ */ 'ether ip ip6 arp rarp icmp icmp6 igmp igrp pim vrrp carp tcp udp sctp ah esp'.split(' ')

/** Numbers of IP protocols, by word of the language. */
export const IP_NUMBERS: Table<number> = /* @__PURE__ */ table<number>(
  '',
  () => 0,
  'icmp:1 igmp:2 tcp:6 igrp:9 udp:17 esp:50 ah:51 icmp6:58 pim:103 vrrp:112 carp:112 sctp:132',
)

/** Names behind `ip proto` and `ip6 proto`, as in the registry. */
export const PROTO_NAMES: Table<number> = /* @__PURE__ */ table<number>(
  '',
  () => 0,
  'icmp:1 igmp:2 ipencap:4 tcp:6 egp:8 igp:9 udp:17 ipv6:41 ipv6-route:43 ipv6-frag:44 rsvp:46 gre:47 esp:50 ah:51 ' +
    'ipv6-icmp:58 ipv6-nonxt:59 ipv6-opts:60 eigrp:88 ospf:89 pim:103 vrrp:112 l2tp:115 sctp:132 udplite:136',
)

/** Names behind `ether proto`. */
export const ETHER_NAMES: Table<number> = /* @__PURE__ */ table<number>(
  '',
  () => 0,
  'ip:0x800 arp:0x806 rarp:0x8035 ip6:0x86dd iso:0xfe stp:0x42 netbeui:0xf0 moprc:0x6002 mopdl:0x6001 decnet:0x6003 lat:0x6004 sca:0x6007 loopback:0x9000',
)

/** Numbers by name. */
export const NUMBERS: Table<number> = /* @__PURE__ */ table<number>(
  '',
  () => 0,
  'icmptype:0 icmpcode:1 icmp-echoreply:0 icmp-unreach:3 icmp-sourcequench:4 icmp-redirect:5 icmp-echo:8 ' +
    'icmp-routeradvert:9 icmp-routersolicit:10 icmp-timxceed:11 icmp-paramprob:12 icmp-tstamp:13 icmp-tstampreply:14 ' +
    'icmp-ireq:15 icmp-ireqreply:16 icmp-maskreq:17 icmp-maskreply:18 icmp6type:0 icmp6code:1 ' +
    'icmp6-destinationunreach:1 icmp6-packettoobig:2 icmp6-timeexceeded:3 icmp6-parameterproblem:4 icmp6-echo:128 ' +
    'icmp6-echoreply:129 icmp6-multicastlistenerquery:130 icmp6-multicastlistenerreportv1:131 ' +
    'icmp6-multicastlistenerdone:132 icmp6-routersolicit:133 icmp6-routeradvert:134 icmp6-neighborsolicit:135 ' +
    'icmp6-neighboradvert:136 icmp6-redirect:137 icmp6-routerrenum:138 icmp6-nodeinformationquery:139 ' +
    'icmp6-nodeinformationresponse:140 icmp6-ineighbordiscoverysolicit:141 icmp6-ineighbordiscoveryadvert:142 ' +
    'icmp6-multicastlistenerreportv2:143 icmp6-homeagentdiscoveryrequest:144 icmp6-homeagentdiscoveryreply:145 ' +
    'icmp6-mobileprefixsolicit:146 icmp6-mobileprefixadvert:147 icmp6-certpathsolicit:148 icmp6-certpathadvert:149 ' +
    'icmp6-multicastrouteradvert:151 icmp6-multicastroutersolicit:152 icmp6-multicastrouterterm:153 ' +
    'tcpflags:13 tcp-fin:1 tcp-syn:2 tcp-rst:4 tcp-push:8 tcp-ack:16 tcp-urg:32 tcp-ece:64 tcp-cwr:128',
)
