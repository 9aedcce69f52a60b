using System.Globalization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Access;

/// <summary>Lists the audit trail.</summary>
internal static class AuditApi
{
    private static readonly AuditResponse _example = new(
        new DateTime(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc), AuditAction.KeyCreated, "operator", "shop-backend",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private static readonly Dictionary<string, AuditAction> _actions = Enum.GetValues<AuditAction>().ToDictionary(AuditTrail.Name);

    public static void MapAudit(this IEndpointRouteBuilder routes) => routes
        .MapGet("/audit", List).WithName("listAudit").WithTags("Operations").RequireScope(Scopes.Admin)
        .WithInvalidExample("action", $"Expected one of {string.Join(", ", _actions.Keys)}, found 'delete'.")
        .WithExample(200, new Page<AuditResponse>([_example], null));

    /// <summary>List the audit trail</summary>
    /// <remarks>
    /// Who published, rolled back, deleted, exported, named, erased, opted out, and made, replaced or revoked keys, the newest first. Entries are written in the
    /// transaction of the act and can be neither changed nor deleted. Those of acts on users name no user.
    /// </remarks>
    /// <param name="action" example="keyCreated">
    /// Only acts of this kind: `published`, `rolledBack`, `clusteringDeleted`, `exported`, `labelChanged`, `userErased`, `userOptedOut`, `userOptedIn`,
    /// `keyCreated`, `keyRotated` or `keyRevoked`.
    /// </param>
    /// <param name="caller">Only acts of this caller; `service` is the service itself, `command line` a command.</param>
    /// <param name="from" example="2025-01-01T00:00:00Z">Leave out acts before this time (RFC 3339).</param>
    /// <param name="to" example="2030-01-01T00:00:00Z">Leave out acts at or after this time (RFC 3339).</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    private static async Task<Results<Ok<Page<AuditResponse>>, ValidationProblem>> List(
        HttpContext http, InterestDbContext context, CancellationToken cancellation, string? action = null, string? caller = null, string? from = null,
        string? to = null, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, long.MaxValue, TryParse, out long before)) return Paging.BadCursor();
        if (TimeWindow.Read(from, to, out var window) is { } noWindow) return noWindow;
        var entries = context.AuditEntries.AsNoTracking().Where(entry => entry.Id < before);
        if (action is not null)
        {
            if (!_actions.TryGetValue(action, out var kind)) return Problems.Invalid(nameof(action), $"Expected one of {string.Join(", ", _actions.Keys)}, found '{action}'.");
            entries = entries.Where(entry => entry.Action == kind);
        }

        if (caller is not null) entries = entries.Where(entry => entry.Caller == caller);
        if (window.From is { } first) entries = entries.Where(entry => entry.At >= first);
        if (window.To is { } end) entries = entries.Where(entry => entry.At < end);
        var rows = await entries.OrderByDescending(entry => entry.Id).Take(limit + 1).ToListAsync(cancellation);
        return TypedResults.Ok(Paging.ToPage(
            http, rows, limit, entry => new AuditResponse(entry.At, entry.Action, entry.Caller, entry.Subject, entry.TraceId),
            entry => entry.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static bool TryParse(string key, out long id) => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}

/// <summary>An act in the audit trail.</summary>
/// <param name="At">When.</param>
/// <param name="Action">What was done.</param>
/// <param name="Caller">Name of the caller who did it.</param>
/// <param name="Subject">Id or name of what it was done to; null for acts on users.</param>
/// <param name="TraceId">The trace of the request, as in problem documents; null without a request.</param>
public sealed record AuditResponse(DateTime At, AuditAction Action, string Caller, string? Subject, string? TraceId);
