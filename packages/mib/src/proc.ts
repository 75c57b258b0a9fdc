export {
  type ArpRow,
  type DevRow,
  type End,
  parseArp,
  parseDev,
  parseRoutes,
  parseSockets,
  type RouteRow,
  type SocketRow,
} from './rows.js'
export { difference, type Gauges, netstat, parse, type Snapshot, snapshot, snmp } from './snapshot.js'
export {
  arp,
  dev,
  type Moved,
  rawTable,
  routes,
  tcpTable,
  udpTable,
} from './tables.js'
