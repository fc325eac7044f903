import { ApiProperty } from '@nestjs/swagger';
import type { Client, ListedKey, NewKey } from '@ekphrasis/access';

const exampleKey = 'ek_Zk3vQ0pXb5JmT8yN1rWc7sLd2fHg6uKa9eOi4xBqMzE';

export class NewClientView {
  @ApiProperty({ format: 'uuid' })
  client_id: string;

  @ApiProperty({ example: 'the gallery of Uppsala' })
  name: string;

  @ApiProperty({ example: exampleKey, description: 'Shown this once: a hash of it is kept' })
  api_key: string;
}

export class NewKeyView {
  @ApiProperty({ format: 'uuid' })
  client_id: string;

  @ApiProperty({ format: 'uuid', description: 'Names the key where it is listed and revoked' })
  key_id: string;

  @ApiProperty({ example: exampleKey, description: 'Shown this once: a hash of it is kept' })
  api_key: string;
}

export class ClientView {
  @ApiProperty({ format: 'uuid' })
  client_id: string;

  @ApiProperty({ example: 'the gallery of Uppsala' })
  name: string;

  @ApiProperty({ format: 'date-time' })
  created_at: Date;
}

export class ClientsView {
  @ApiProperty({ type: [ClientView] })
  clients: ClientView[];
}

export class KeyView {
  @ApiProperty({ format: 'uuid' })
  key_id: string;

  @ApiProperty({ example: exampleKey.slice(0, 9), description: 'How the key begins' })
  prefix: string;

  @ApiProperty({ format: 'date-time' })
  created_at: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To about a minute' })
  last_used_at: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while the key is good' })
  revoked_at: Date | null;
}

export class KeysView {
  @ApiProperty({ type: [KeyView] })
  keys: KeyView[];
}

export function newKeyView({ clientId, keyId, key }: NewKey): NewKeyView {
  return { client_id: clientId, key_id: keyId, api_key: key };
}

export function clientView({ clientId, name, createdAt }: Client): ClientView {
  return { client_id: clientId, name, created_at: createdAt };
}

export function keyView({ keyId, prefix, createdAt, lastUsedAt, revokedAt }: ListedKey): KeyView {
  return { key_id: keyId, prefix, created_at: createdAt, last_used_at: lastUsedAt, revoked_at: revokedAt };
}
