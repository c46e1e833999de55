/** Why a container, or one of its databases, was not read. */
export const unreadReasons = {
  'no-agent': 'nothing here reads the containers of that node',
  'agent-timeout': 'the agent of that node did not report in time',
  'too-new': 'they were started after the agent of their node had looked',
  gone: 'it ended during the scan',
  forbidden: 'access was refused',
  sandboxed: 'a sandbox hides their files',
  timeout: 'it did not answer in time',
  failed: 'their files could not be read',
  'too-large': 'a database is larger than the limit',
  damaged: 'a database could not be understood',
  'never-readable': 'the config says that nobody can read it',
} as const;
