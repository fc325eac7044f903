export {
  openMigratedDatabase as openApiDatabase,
  type MigratedDatabase as ApiDatabase,
} from '../../../test/support/migrated-database.js';
