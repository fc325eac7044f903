import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CallingClient, ClientsOnly } from '@ekphrasis/access';
import type { WebhookWishes } from '@ekphrasis/webhooks';
import {
  changedWishes,
  WebhookChangesDto,
  WebhookChangesPipe,
  WebhookRequestDto,
  WebhookRequestPipe,
} from './webhook-request.dto.js';
import { WebhookIdPipe } from './webhook-id.pipe.js';
import { Webhooks } from './webhooks.service.js';
import { NewWebhookView, SecretView, webhookView, WebhooksView, WebhookView } from './webhooks.views.js';

const badRequest = 'A bad URL, unknown or no events, a threshold outside 0 to 1 or none for red.exceeded';
const notFound = 'No such webhook of this client (a problem document, RFC 9457)';

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Post()
  @ClientsOnly()
  @ApiOperation({
    summary: 'Have events of what is submitted with this key sent to a URL',
    description:
      'Each is a POST as Standard Webhooks has it (https://www.standardwebhooks.com), signed by the secret of this answer.',
  })
  @ApiBody({ type: WebhookRequestDto })
  @ApiCreatedResponse({ type: NewWebhookView })
  @ApiBadRequestResponse({ description: `${badRequest} (a problem document, RFC 9457)` })
  async create(
    @CallingClient() clientId: string,
    @Body(WebhookRequestPipe) wishes: WebhookWishes,
  ): Promise<NewWebhookView> {
    const webhook = await this.webhooks.create(clientId, wishes);
    return { ...webhookView(webhook), secret: webhook.secret };
  }

  @Get()
  @ClientsOnly()
  @ApiOperation({ summary: 'This client’s webhooks, the oldest first' })
  @ApiOkResponse({ type: WebhooksView })
  async list(@CallingClient() clientId: string): Promise<WebhooksView> {
    return { webhooks: (await this.webhooks.list(clientId)).map(webhookView) };
  }

  @Get(':webhook_id')
  @ClientsOnly()
  @ApiOperation({ summary: 'One webhook' })
  @ApiOkResponse({ type: WebhookView })
  @ApiNotFoundResponse({ description: notFound })
  async find(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
  ): Promise<WebhookView> {
    return webhookView(await this.webhooks.find(clientId, webhookId));
  }

  @Patch(':webhook_id')
  @ClientsOnly()
  @ApiOperation({
    summary: 'Change a webhook: what is given',
    description: 'Notifiers go by it within a second. What waits for a disabled one waits until it is enabled again.',
  })
  @ApiBody({ type: WebhookChangesDto })
  @ApiOkResponse({ type: WebhookView })
  @ApiBadRequestResponse({ description: `${badRequest} (a problem document, RFC 9457)` })
  @ApiNotFoundResponse({ description: notFound })
  async change(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
    @Body(WebhookChangesPipe) changes: WebhookChangesDto,
  ): Promise<WebhookView> {
    return webhookView(await this.webhooks.change(clientId, webhookId, (webhook) => changedWishes(webhook, changes)));
  }

  @Delete(':webhook_id')
  @HttpCode(204)
  @ClientsOnly()
  @ApiOperation({ summary: 'Delete a webhook: it is told of nothing more' })
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiNotFoundResponse({ description: notFound })
  async remove(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
  ): Promise<void> {
    await this.webhooks.remove(clientId, webhookId);
  }

  @Post(':webhook_id/test')
  @HttpCode(202)
  @ClientsOnly()
  @ApiOperation({ summary: 'Send it an event of the type webhook.test' })
  @ApiAcceptedResponse({ schema: { type: 'object', properties: { event_id: { type: 'string', format: 'uuid' } } } })
  @ApiNotFoundResponse({ description: notFound })
  @ApiConflictResponse({ description: 'It is disabled (a problem document, RFC 9457)' })
  async test(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
  ): Promise<{ event_id: string }> {
    return { event_id: await this.webhooks.test(clientId, webhookId) };
  }

  @Post(':webhook_id/rotate-secret')
  @HttpCode(200)
  @ClientsOnly()
  @ApiOperation({ summary: 'Make a new secret; for 24 hours the one before signs beside it' })
  @ApiOkResponse({ type: SecretView })
  @ApiNotFoundResponse({ description: notFound })
  async rotateSecret(
    @CallingClient() clientId: string,
    @Param('webhook_id', WebhookIdPipe) webhookId: string,
  ): Promise<SecretView> {
    const { secret } = await this.webhooks.rotateSecret(clientId, webhookId);
    return { secret };
  }
}
