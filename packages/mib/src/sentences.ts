// What it means that a counter moved: in {one|many} the first is for a number of 1. Behind ' // ' stands what to do; what is
// good traffic has nothing there.

/** By group and name, as /proc/net has them. */
export const SENTENCES: { readonly [counter: string]: string } = {
  'Ip InReceives': 'IP {datagram|datagrams} came in',
  'Ip InHdrErrors':
    'IP {datagram was|datagrams were} malformed // a capture of @tiny/pcap shows whose; a wrong checksum on every one points at a device that leaves them out, which has to say CAP_RX_SUM',
  'Ip InAddrErrors':
    'IP {datagram was|datagrams were} for another host // a device that receives all frames, a neighbour that believes we are a router, or an own address that is not what it should be',
  'Ip InUnknownProtos': 'IP {datagram|datagrams} of a protocol that nobody takes',
  'Ip InDiscards':
    "{datagram|datagrams} to ourselves found no room // raise the queue of @tiny/ipv4/local, or host's pool; poll more often",
  'Ip InDelivers': 'IP {datagram was|datagrams were} delivered',
  'Ip OutRequests': 'IP {datagram was|datagrams were} sent',
  'Ip OutDiscards':
    "IP {datagram was|datagrams were} refused by the link // its queue is full, host's pool is used up, or the interface is down",
  'Ip OutNoRoutes':
    '{time|times} there was no way to a destination // beyond the link: gateways() of @tiny/ipv4/gateway; to ourselves: local() of @tiny/ipv4/local; on another link: route() of @tiny/ipv4/route',
  'Ip ReasmTimeout':
    '{datagram was|datagrams were} given up after a minute, since the rest did not come // fragments get lost on the way: send what fits the path instead',
  'Ip ReasmReqds': '{fragment|fragments} came in',
  'Ip ReasmOKs': '{datagram was|datagrams were} put together from fragments',
  'Ip ReasmFails':
    "{time|times} reassembly failed // fragments are lost, overlap or are too large (ipv4's maxDatagram), or too many datagrams come at once (its reassemblies); bare() puts nothing together, ipv4() does",
  'Ip FragOKs':
    '{datagram was|datagrams were} sent in fragments // sending what fits the path costs less, and loses less',
  'Ip FragFails': '{datagram|datagrams} could not be sent whole in fragments // the link refused one on the way',
  'Ip FragCreates': '{fragment was|fragments were} made',
  'Ip OutTransmits': 'IP {datagram or fragment was|datagrams and fragments were} handed to the link',
  'Icmp InMsgs': 'ICMP {message|messages} came in',
  'Icmp InErrors':
    'ICMP {message was|messages were} of no use: malformed, sent to many, or about what no socket of ours has sent // reports about what was not sent may be forged',
  'Icmp InCsumErrors':
    'ICMP {message had|messages had} a wrong checksum // damaged on the way, by a link without a check of its own',
  'Icmp InDestUnreachs':
    '{report|reports} that a destination is unreachable // nobody there, no way, or no such port; the application was told by onError',
  'Icmp InTimeExcds':
    '{report|reports} that the time to live ran out, or a reassembly did // a loop of routes, or a ttl that is too small',
  'Icmp InParmProbs': '{report|reports} of a header that a router did not understand // IP options seldom get through',
  'Icmp InSrcQuenchs': 'source {quench|quenches} came in, which RFC 6633 has done away with',
  'Icmp InRedirects': '{redirect|redirects} came in // gateways() of @tiny/ipv4/gateway follows them',
  'Icmp InEchos': 'echo {request|requests} came in',
  'Icmp InEchoReps': 'echo {reply|replies} came in',
  'Icmp InTimestamps': 'ICMP timestamp {request|requests} came in, which are not answered',
  'Icmp InTimestampReps': 'ICMP timestamp {reply|replies} came in',
  'Icmp InAddrMasks': 'address mask {request|requests} came in, which are not answered (RFC 6918)',
  'Icmp InAddrMaskReps': 'address mask {reply|replies} came in (RFC 6918)',
  'Icmp OutMsgs': 'ICMP {message was|messages were} sent',
  'Icmp OutRateLimitHost':
    'ICMP {error was|errors were} not sent, since their limit was reached // somebody scans ports, or sends what nobody takes without listening to what is answered',
  'Icmp OutDestUnreachs':
    '{sender was|senders were} told that nobody takes what they sent // see which port or protocol; bind it, or import what takes it',
  'Icmp OutTimeExcds': '{sender was|senders were} told that a reassembly took too long',
  'Icmp OutParmProbs': '{sender was|senders were} told that their IP options are malformed',
  'Icmp OutSrcQuenchs': 'source {quench was|quenches were} sent by an application',
  'Icmp OutRedirects': '{redirect was|redirects were} sent by an application',
  'Icmp OutEchos': 'echo {request was|requests were} sent',
  'Icmp OutEchoReps': 'echo {reply was|replies were} sent',
  'Icmp OutTimestamps': 'ICMP timestamp {request was|requests were} sent by an application',
  'Icmp OutTimestampReps': 'ICMP timestamp {reply was|replies were} sent by an application',
  'Icmp OutAddrMasks': 'address mask {request was|requests were} sent by an application',
  'Icmp OutAddrMaskReps': 'address mask {reply was|replies were} sent by an application',
  'Tcp ActiveOpens': '{connection was|connections were} asked for by us',
  'Tcp PassiveOpens': '{connection was|connections were} accepted',
  'Tcp AttemptFails':
    '{connection|connections} did not come about: refused, given up, or half open when another one needed the place // nobody listens over there, or a firewall says so; of those that were half open: raise the backlog of listen()',
  'Tcp EstabResets':
    '{connection|connections} ended by a reset // from either side; abort() does it, and a crash over there',
  'Tcp CurrEstab': '{connection|connections} more than before are established',
  'Tcp InSegs': 'TCP {segment|segments} came in',
  'Tcp OutSegs': 'TCP {segment was|segments were} sent',
  'Tcp RetransSegs':
    'TCP {segment was|segments were} sent again // losses on the way, or probes of a closed window (TCPWinProbe); above a few in a hundred the link is bad or overloaded, and @tiny/tcp/sack makes good use of what arrives',
  'Tcp InErrs':
    'TCP {segment was|segments were} malformed, or a SYN inside of a connection // a wrong checksum on every one points at a device that leaves them out',
  'Tcp OutRsts':
    '{reset was|resets were} sent // to a port where nobody listens, about a connection that is not there, or by abort()',
  'Tcp InCsumErrors':
    'TCP {segment had|segments had} a wrong checksum // damaged on the way, by a link without a check of its own',
  'Udp InDatagrams': 'UDP {datagram was|datagrams were} received',
  'Udp NoPorts':
    'UDP {datagram|datagrams} to ports where nobody listens // bind the port, or find out who sends; the sender was told',
  'Udp InErrors': 'UDP {datagram was|datagrams were} lost: malformed, damaged, or without room',
  'Udp OutDatagrams': 'UDP {datagram was|datagrams were} sent',
  'Udp RcvbufErrors':
    "UDP {datagram|datagrams} found the queue of the socket full // raise the queue of bind(), or host's pool; poll more often",
  'Udp InCsumErrors':
    'UDP {datagram had|datagrams had} a wrong checksum // damaged on the way, by a link without a check of its own',
  'Udp IgnoredMulti': 'UDP {datagram|datagrams} to a group or to all that nobody listens for',
  'IpExt InTruncatedPkts':
    'IP {datagram was|datagrams were} shorter than its header says // cut off by a device: its buffer or its MTU is too small',
  'IpExt InMcastPkts': '{datagram|datagrams} to groups came in',
  'IpExt OutMcastPkts': '{datagram was|datagrams were} sent to groups',
  'IpExt InBcastPkts': '{datagram|datagrams} to all came in',
  'IpExt OutBcastPkts': '{datagram was|datagrams were} sent to all',
  'IpExt InOctets': '{octet|octets} of IP came in',
  'IpExt OutOctets': '{octet|octets} of IP went out',
  'IpExt InMcastOctets': '{octet|octets} to groups came in',
  'IpExt OutMcastOctets': '{octet|octets} went out to groups',
  'IpExt InBcastOctets': '{octet|octets} to all came in',
  'IpExt OutBcastOctets': '{octet|octets} went out to all',
  'IpExt InCsumErrors':
    'IP {header had|headers had} a wrong checksum // damaged on the way, by a link without a check of its own',
  'IpExt InNoECTPkts': '{datagram|datagrams} came without explicit congestion notification',
  'IpExt InECT1Pkts': '{datagram|datagrams} came with ECT(1)',
  'IpExt InECT0Pkts': '{datagram|datagrams} came with ECT(0)',
  'IpExt InCEPkts': '{datagram|datagrams} had met with congestion',
  'IpExt ReasmOverlaps': '{datagram|datagrams} in fragments that overlap // an attack, or a sender that is broken',
  'TcpExt EmbryonicRsts':
    '{connection was|connections were} reset while half open // whoever asked has gone, or never asked: its address is forged',
  'TcpExt OutOfWindowIcmps':
    'ICMP {error was|errors were} about segments that are not in flight // forged, or very late; ignored (RFC 5927)',
  'TcpExt TW': '{connection|connections} went into TIME-WAIT',
  'TcpExt PAWSEstab':
    '{segment|segments} had an older timestamp than one before: old duplicates // or a machine in between that shares an address and has another clock',
  'TcpExt BeyondWindow': '{segment|segments} lay outside of the window // late, sent twice, or forged',
  'TcpExt ListenOverflows':
    '{connection was|connections were} asked for while all records were in use // raise the connections of tcp()',
  'TcpExt ListenDrops':
    '{connection was|connections were} asked for and not answered // raise the connections of tcp()',
  'TcpExt TCPRenoRecovery':
    '{loss was|losses were} seen from duplicate ACKs // @tiny/tcp/sack says more of what arrived',
  'TcpExt TCPSackRecovery': '{loss was|losses were} seen from selective acknowledgments // losses on the way',
  'TcpExt TCPDSACKUndo': '{recovery was|recoveries were} undone, since nothing was lost // the way reorders packets',
  'TcpExt TCPFastRetrans': '{segment was|segments were} sent again without a timeout // losses on the way',
  'TcpExt TCPTimeouts':
    '{timeout|timeouts} of segments that were not acknowledged // losses on the way, or a peer that has gone',
  'TcpExt TCPDSACKOldSent':
    '{time|times} the peer was told that octets came twice // acknowledgments of ours get lost, or it gives up too early',
  'TcpExt TCPDSACKOfoSent':
    '{time|times} the peer was told that octets came twice while others are missing // it sends again what had arrived',
  'TcpExt TCPDSACKRecv':
    '{time|times} the peer has told that octets came twice // acknowledgments of the peer get lost, or segments are reordered',
  'TcpExt TCPAbortOnData':
    '{connection was|connections were} reset by the application, or since data came after it had let go // read what comes before release()',
  'TcpExt TCPAbortOnClose':
    '{connection was|connections were} reset, since the application let go with data unread // read to the end before release() or abort()',
  'TcpExt TCPAbortOnMemory': "{connection was|connections were} reset to make room in the pool // raise host's pool",
  'TcpExt TCPAbortOnTimeout':
    '{connection was|connections were} given up, as the peer fell silent // it has gone, or the way to it; userTimeout of tune() sets how long',
  'TcpExt TCPTimeWaitOverflow':
    '{connection|connections} left TIME-WAIT before the time // raise the timeWaits of tcp()',
  'TcpExt TCPOFOQueue': '{segment|segments} came out of order and {was|were} kept',
  'TcpExt TCPOFODrop': '{segment|segments} out of order found too many gaps // losses on the way',
  'TcpExt TCPChallengeACK':
    '{segment was|segments were} answered with a challenge // somebody guesses at connections (RFC 5961), or the peer has restarted',
  'TcpExt TCPSYNChallenge':
    'SYN {segment|segments} came inside of connections // somebody guesses at connections (RFC 5961), or the peer has restarted',
  'TcpExt TCPSynRetrans':
    'SYN {segment was|segments were} sent again // nobody answers: a firewall, or an address that is wrong',
  'TcpExt TCPOrigDataSent': '{segment|segments} with new data {was|were} sent',
  'TcpExt TCPACKSkippedChallenge':
    '{challenge was|challenges were} not sent, since their limit was reached // somebody guesses at connections (RFC 5961)',
  'TcpExt TCPWinProbe': 'closed {window was|windows were} probed // the peer does not read what it is sent',
  'TcpExt TCPKeepAlive': '{time|times} an idle peer was asked whether it is there',
  'TcpExt TCPZeroWindowDrop':
    '{segment|segments} came into a window that was closed // the application does not read(), or receiveBuffer of tcp() is small',
  'TcpExt TCPRcvQDrop': "{segment|segments} found host's pool used up // raise it",
  'TcpExt TCPFastOpenActive': '{connection|connections} had the text of our SYN taken (Fast Open)',
  'TcpExt TCPFastOpenActiveFail':
    '{server|servers} or ways did not take Fast Open // plain handshakes for a while; nothing needs to be done',
  'TcpExt TCPFastOpenPassive': '{connection|connections} had the text of a SYN taken (Fast Open)',
  'TcpExt TCPFastOpenPassiveFail': '{SYN|SYNs} had a Fast Open cookie that is not ours, or no longer',
  'TcpExt TCPFastOpenListenOverflow':
    '{SYN|SYNs} with a good Fast Open cookie came while too many waited // raise the limit of serve() of @tiny/tfo',
  'TcpExt TCPFastOpenCookieReqd': 'Fast Open {cookie was|cookies were} asked for',
  'TcpExt TCPFastOpenPassiveAltKey': '{cookie|cookies} of Fast Open {was|were} of the key before, and replaced',
}
