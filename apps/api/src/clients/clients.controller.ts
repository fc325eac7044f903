import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { Clients, OperatorsOnly } from '@ekphrasis/access';
import { ClientListQuery, ClientListQueryPipe } from './client-list.query.js';
import { ClientRequestDto, ClientRequestPipe } from './client-request.dto.js';
import { ClientsView, clientView, KeysView, keyView, NewClientView, newKeyView, NewKeyView } from './clients.views.js';

@ApiTags('clients')
@Controller('clients')
export class ClientsController {
  constructor(private readonly clients: Clients) {}

  @Post()
  @HttpCode(201)
  @OperatorsOnly()
  @ApiOperation({ summary: 'Make a client and its first API key' })
  @ApiCreatedResponse({ type: NewClientView })
  @ApiBadRequestResponse({ description: 'No name (a problem document, RFC 9457)' })
  async add(@Body(ClientRequestPipe) { name }: ClientRequestDto): Promise<NewClientView> {
    const { clientId, key } = await this.clients.add(name);
    return { client_id: clientId, name, api_key: key };
  }

  @Get()
  @OperatorsOnly()
  @ApiOperation({ summary: 'All clients, the oldest first, a page at a time' })
  @ApiQuery({ type: ClientListQuery })
  @ApiOkResponse({ type: ClientsView })
  async list(@Query(ClientListQueryPipe) { after, limit }: ClientListQuery): Promise<ClientsView> {
    return { clients: (await this.clients.list(after, limit)).map(clientView) };
  }

  @Post(':client_id/keys')
  @HttpCode(201)
  @OperatorsOnly()
  @ApiOperation({ summary: 'Make one key more for a client, such as before its other one is revoked' })
  @ApiCreatedResponse({ type: NewKeyView })
  @ApiNotFoundResponse({ description: 'No such client (a problem document, RFC 9457)' })
  async addKey(@Param('client_id') clientId: string): Promise<NewKeyView> {
    return newKeyView(await this.clients.addKey(clientId));
  }

  @Get(':client_id/keys')
  @OperatorsOnly()
  @ApiOperation({ summary: 'A client’s keys, by how they begin: when each was made, last used and revoked' })
  @ApiOkResponse({ type: KeysView })
  @ApiNotFoundResponse({ description: 'No such client (a problem document, RFC 9457)' })
  async listKeys(@Param('client_id') clientId: string): Promise<KeysView> {
    return { keys: (await this.clients.listKeys(clientId)).map(keyView) };
  }

  @Delete(':client_id/keys/:key_id')
  @HttpCode(204)
  @OperatorsOnly()
  @ApiOperation({ summary: 'Revoke a key: within seconds it opens nothing, and never again' })
  @ApiNoContentResponse({ description: 'It is revoked' })
  @ApiNotFoundResponse({ description: 'No such key (a problem document, RFC 9457)' })
  async revokeKey(@Param('client_id') clientId: string, @Param('key_id') keyId: string): Promise<void> {
    await this.clients.revokeKey(clientId, keyId);
  }
}
