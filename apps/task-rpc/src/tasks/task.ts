export const taskStatuses = ['todo', 'in_progress', 'done'] as const;
export const taskPriorities = ['low', 'medium', 'high'] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export type TaskPriority = (typeof taskPriorities)[number];

/** A task as answers show it, and as it is kept; times are ISO 8601. */
export interface Task {
  readonly id: string;
  readonly owner_id: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: TaskStatus;
  readonly priority: TaskPriority;
  /** As the client wrote it. */
  readonly due_date: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What a client may set. */
export type TaskChanges = Partial<Pick<Task, 'title' | 'description' | 'status' | 'priority' | 'due_date'>>;
