using System.Data;
using System.Diagnostics.Metrics;
using Apache.Arrow;
using InterestService.Api.Exports;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>What a clustering found, as tables for other programs.</summary>
internal static class ClusteringExportsApi
{
    private const string Exports = "exports";
    private const int ConcurrentExports = 8;
    private const int ExportsPerCaller = 6;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static void AddClusteringExports(this IServiceCollection services)
    {
        services.TryAddSingleton<InterestFinder>();
        services.AddKeyedSingleton(Exports, (provider, _) => new RequestLimiter(
            Exports, ConcurrentExports, ExportsPerCaller, _patience, _patience, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>()));
    }

    public static void MapClusteringExports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/clusterings/{id}").WithTags("Clusterings").RequireScope(Scopes.ReadInterests);
        group.MapGet("/assignments", ExportAssignments).WithName("exportAssignments").ExportsTable(ExportExamples.Assignments);
        group.MapGet("/clusters", ExportClusters).WithName("exportClusters").ExportsTable(ExportExamples.Clusters);
        group.MapGet("/interests", ExportInterests).WithName("exportInterests").ExportsTable(ExportExamples.Interests);
    }

    /// <summary>Export the cluster of every user</summary>
    /// <remarks>
    /// A row for each person, in no particular order, published or not: joined ids once, and neither erased users nor those who opted out. `Accept`
    /// chooses the format: NDJSON (the default), CSV, Apache Parquet or the Apache Arrow stream; names are in camelCase in JSON and in snake_case
    /// elsewhere. The rows are those of one moment and are streamed; an error on the way ends the connection. Confidence is the probability of the
    /// cluster, distance that of the user's vector to its centroid (0 to 2), strength that of HDBSCAN; memberships are the probabilities of the
    /// likely clusters. Source is `batch` for the clustering's own run and `incremental` for users whom its model placed later.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The rows.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="406">`Accept` names none of the formats.</response>
    /// <response code="409">It has not succeeded.</response>
    private static Task<Results<ProblemHttpResult, EmptyHttpResult>> ExportAssignments(Guid id, HttpContext http, InterestDbContext context) => ExportAsync(
        id, "assignments", AssignmentRows.Schema, http, context, (connection, clustering) => AssignmentRows.ReadAsync(connection, clustering));

    /// <summary>Export the clusters</summary>
    /// <remarks>
    /// A row for each cluster, in the order of their ids, published or not, in the formats of `/clusterings/{id}/assignments`. Users counts the people of
    /// now whom that export has, share is their part of the people in all clusters. Categories, items, terms, communities and medoids are lists with the most
    /// telling first; in CSV each is a cell with a JSON array.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The rows.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="406">`Accept` names none of the formats.</response>
    /// <response code="409">It has not succeeded.</response>
    private static Task<Results<ProblemHttpResult, EmptyHttpResult>> ExportClusters(Guid id, HttpContext http, InterestDbContext context) => ExportAsync(
        id, "clusters", ClusterRows.Schema, http, context, (connection, clustering) => ClusterRows.ReadAsync(connection, clustering));

    /// <summary>Export the interests of every user</summary>
    /// <remarks>
    /// A row for each interest of the people whom `/clusterings/{id}/assignments` has, in the same formats: what `/users/{id}/interests` answers for each of
    /// them, with the lift over the users and the communities of items of this clustering. The rows of a person follow one another, the strongest first,
    /// and people are in the order of their ids. The interests are found while they are sent, in the latest 5,000 events of each person.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The rows.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="406">`Accept` names none of the formats.</response>
    /// <response code="409">It has not succeeded.</response>
    private static Task<Results<ProblemHttpResult, EmptyHttpResult>> ExportInterests(
        Guid id, HttpContext http, InterestDbContext context, InterestFinder finder) => ExportAsync(
            id, "interests", InterestRows.Schema, http, context, (connection, clustering) => InterestRows.ReadAsync(connection, clustering, finder));

    /// <param name="id">Of the clustering.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="http">The request.</param>
    /// <param name="context">Gets the transaction, which sees one moment.</param>
    /// <param name="read">Reads the rows.</param>
    private static async Task<Results<ProblemHttpResult, EmptyHttpResult>> ExportAsync(
        Guid id, string table, Schema schema, HttpContext http, InterestDbContext context, Func<NpgsqlConnection, Clustering, IAsyncEnumerable<RecordBatch>> read)
    {
        var cancellation = http.RequestAborted;
        if (ExportFormat.Choose(http.Request) is not { } format) return ExportFormat.NotAcceptable();
        var limiter = http.RequestServices.GetRequiredKeyedService<RequestLimiter>(Exports);
        using var lease = await limiter.AcquireAsync(http.CallerName(), cancellation);
        if (lease is null) return limiter.Refuse(http.Response);
        await using var connection = await http.RequestServices.GetRequiredService<ReadReplica>().OpenAsync(http);
        context.Database.SetDbConnection(connection);
        await using var view = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        if (clustering.State != JobState.Succeeded) return ClusteringsApi.NotSucceeded(clustering);
        if (HeadRequests.WantsBody(http)) await WriteAuditAsync(http, $"{table} of {id}", cancellation);
        await new ExportResult(format, $"{table}-{id}", schema, read(connection, clustering)).ExecuteAsync(http);
        return TypedResults.Empty;
    }

    /// <summary>Commits the entry before the first row is sent: the export only reads, and may end half-way.</summary>
    private static async Task WriteAuditAsync(HttpContext http, string subject, CancellationToken cancellation)
    {
        await using var connection = await http.RequestServices.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(cancellation);
        await AuditTrail.WriteAsync(connection, AuditAction.Exported, http.CallerName(), subject, cancellation);
    }
}
