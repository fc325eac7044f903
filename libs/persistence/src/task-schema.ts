import type { ColumnType, Generated } from 'kysely';

/** Who may have tasks. */
interface UsersTable {
  id: string;
  email: string;
  full_name: string;
  password_hash: string;
  created_at: Generated<Date>;
}

interface TasksTable {
  id: string;
  /** The order in which tasks were made. */
  position: Generated<number>;
  owner_id: string;
  title: string;
  description: string | null;
  status: 'todo' | 'in_progress' | 'done';
  priority: 'low' | 'medium' | 'high';
  /** As the client wrote it. */
  due_date: string | null;
  created_at: ColumnType<Date, string, never>;
  updated_at: ColumnType<Date, string, string>;
}

/** Requests of the API over AMQP that were served. */
interface ProcessedRequestsTable {
  id: string;
  /** Whose request it is: an id is its caller's. */
  caller: string;
  /** Digest of what it asked. */
  fingerprint: Buffer;
  /** The body of its answer. */
  response_json: string;
  created_at: Generated<Date>;
  /** Digests of what the caller sent with this id besides, and was refused. */
  other_contents: Generated<Buffer[]>;
}

/** What the API over AMQP keeps. */
export interface TaskSchema {
  users: UsersTable;
  tasks: TasksTable;
  processed_requests: ProcessedRequestsTable;
}
