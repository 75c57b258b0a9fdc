// Names of ports, for @tiny/bpf/filter: the services that a firmware is likely to ask for, as the registry has them.

/** For each name, the port and the protocol that has it: TCP, UDP or SCTP by number, or 0 for TCP and UDP. */
export interface Names {
  readonly [name: string]: readonly [port: number, protocol: number]
}

/** Well-known services. Hand it to filter(): `filter('port domain', { names: services })`. */
export const services: Names = {
  echo: [7, 0],
  discard: [9, 0],
  daytime: [13, 0],
  chargen: [19, 0],
  'ftp-data': [20, 6],
  ftp: [21, 6],
  ssh: [22, 6],
  telnet: [23, 6],
  smtp: [25, 6],
  time: [37, 0],
  domain: [53, 0],
  bootps: [67, 17],
  bootpc: [68, 17],
  tftp: [69, 17],
  http: [80, 6],
  kerberos: [88, 0],
  pop3: [110, 6],
  sunrpc: [111, 0],
  ntp: [123, 17],
  imap2: [143, 6],
  snmp: [161, 0],
  'snmp-trap': [162, 0],
  bgp: [179, 6],
  ldap: [389, 0],
  https: [443, 0],
  'microsoft-ds': [445, 0],
  isakmp: [500, 17],
  syslog: [514, 17],
  ldaps: [636, 0],
  imaps: [993, 6],
  pop3s: [995, 6],
  'radius-acct': [1813, 0],
  radius: [1812, 0],
  mdns: [5353, 17],
}
