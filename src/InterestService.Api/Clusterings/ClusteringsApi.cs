using Hangfire;
using InterestService.Api.Clusterings.Shards;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Clusterings;

/// <summary>Starts, lists, cancels and deletes clusterings.</summary>
internal static class ClusteringsApi
{
    public static void AddClusterings(this IServiceCollection services, Role role)
    {
        services.AddSettings<ClusterNamerOptions>(ClusterNamerOptions.Subsection);
        services.AddSingleton<ClusterNamer>();
        services.AddSingleton<ClusteringInstruments>();
        services.AddSettings<RetentionOptions>(RetentionOptions.Subsection);
        services.AddSingleton<ClusteringDeletion>();
        if (role != Role.Api) services.AddHostedService<ClusteringRetention>();
        services.AddScoped<ShardSteps>();
        services.AddScoped<ShardQueue>();
        services.AddScoped<ShardedProfile>();
        services.AddSingleton<ShardWorker>();
        services.AddJob<Clustering>("clusterings", (queue, id) => queue.Enqueue<ClusteringJob>(job => job.RunAsync(id, CancellationToken.None)));
    }

    public static void MapClusterings(this IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/clusterings").WithTags("Clusterings").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings);
        read.MapGet("/", List).WithName("listClusterings").WithExample(200, new Page<ClusteringResponse>([ClusteringExamples.Succeeded], null));
        read.MapGet("/{id}", Get).WithName("getClustering").ProducesProblem(404).WithExample(200, ClusteringExamples.Succeeded);
        routes.MapClusteringResults();

        var write = routes.MapGroup("/clusterings").WithTags("Clusterings").RequireScope(Scopes.WriteClusterings);
        write.MapPost("/", Start).WithName("startClustering").ProducesProblem(409).ProducesProblem(410).ProducesProblem(422)
            .WithRequestExample(ClusteringExamples.Start).WithExample(202, ClusteringExamples.Queued)
            .WithInvalidExample("clusters", "Expected 1 to 10000 or \"auto\", found 0.");
        write.MapDelete("/{id}", Delete).WithName("deleteClustering").ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>Start a clustering</summary>
    /// <remarks>
    /// Queues a job and returns immediately. The `Location` header of the response contains its address. With an `Idempotency-Key`, sending the same
    /// request again within 24 hours starts nothing new, whatever the outcome of the first. A clustering of a window (`from`, `to`) replaces the published one
    /// like any other: its users only are found then; `"publish": "manual"` waits.
    /// </remarks>
    /// <param name="request">Optional, like each of its fields.</param>
    /// <param name="idempotencyKey">Up to 256 characters of the caller's choice.</param>
    /// <response code="202">Queued, or, for a known Idempotency-Key, what was queued then.</response>
    /// <response code="400">A field is not what was expected; `errors` names the field.</response>
    /// <response code="409">A request with this Idempotency-Key is being answered right now.</response>
    /// <response code="410">What this Idempotency-Key started within 24 hours has been deleted.</response>
    /// <response code="422">The Idempotency-Key was used for another request.</response>
    private static async Task<Results<Accepted<ClusteringResponse>, ValidationProblem, ProblemHttpResult>> Start(
        StartClusteringRequest? request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        HttpContext http,
        InterestDbContext context,
        JobStore store,
        IOptions<PipelineDefaults> defaults,
        CancellationToken cancellation)
    {
        request ??= new StartClusteringRequest();
        var errors = request.Validate();
        IdempotencyKey.Check(idempotencyKey, errors);
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);

        var complete = request.Complete(defaults.Value.DefaultClusters, defaults.Value.Device);
        var job = new Clustering { Id = store.NewId(), CreatedAt = store.Now(), Request = complete };
        var key = IdempotencyKey.Create<Clustering>(http.User.Identity!.Name!, idempotencyKey, complete);
        var (clustering, isNew, problem) = await store.AddAsync(job, key, cancellation);
        if (problem is not null) return problem;
        if (isNew) store.Enqueue(clustering);
        http.Response.Headers.RetryAfter = JobStore.RetryAfterSeconds;
        bool published = !isNew && await context.Publications.AnyAsync(p => p.ClusteringId == clustering.Id, cancellation);
        return TypedResults.Accepted($"/clusterings/{clustering.Id}", ClusteringResponse.From(clustering, published));
    }

    /// <summary>List clusterings</summary>
    /// <remarks>The newest first.</remarks>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    private static async Task<Results<Ok<Page<ClusteringResponse>>, ValidationProblem>> List(
        HttpContext http, InterestDbContext context, CancellationToken cancellation, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (context.Clusterings.AsNoTracking().After(http, cursor) is not { } clusterings) return Paging.BadCursor();
        var rows = await clusterings.Take(limit + 1)
            .Select(c => new { Clustering = c, Published = context.Publications.Any(p => p.ClusteringId == c.Id) })
            .ToListAsync(cancellation);
        return TypedResults.Ok(Paging.ToPage(
            http, rows, limit, row => ClusteringResponse.From(row.Clustering, row.Published), row => row.Clustering.Id.ToString()));
    }

    /// <summary>Follow a clustering</summary>
    /// <remarks>Its state, stage and progress and, when it has finished, its results. Once `published` is true, lookups use it.</remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The clustering. While it is running, `Retry-After` contains the time until the next poll.</response>
    /// <response code="404">The clustering does not exist.</response>
    private static async Task<Results<Ok<ClusteringResponse>, ProblemHttpResult>> Get(
        Guid id, HttpResponse response, InterestDbContext context, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return NotFound(id);
        if (clustering.State is JobState.Queued or JobState.Running)
            response.Headers.RetryAfter = JobStore.RetryAfterSeconds;
        bool published = await context.Publications.AnyAsync(p => p.ClusteringId == id, cancellation);
        if (published && snapshot.Current?.ClusteringId != id) await snapshot.RefreshAsync(cancellation);
        return TypedResults.Ok(ClusteringResponse.From(clustering, published));
    }

    /// <summary>Cancel or delete a clustering</summary>
    /// <remarks>
    /// A queued or running clustering is cancelled; a finished one that is not published is deleted. It is not found any more from then on;
    /// its rows are removed in the background.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="202">It will stop soon.</response>
    /// <response code="204">Deleted.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="409">It is published; publish another one first.</response>
    private static async Task<Results<Accepted, NoContent, ProblemHttpResult>> Delete(
        Guid id, HttpContext http, ClusteringDeletion deletion, JobStore store, CancellationToken cancellation)
    {
        if (await store.CancelAsync<Clustering>(id, cancellation)) return TypedResults.Accepted($"/clusterings/{id}");
        return await deletion.HideAsync(id, http.CallerName(), cancellation) switch
        {
            DeletionResult.Deleted => TypedResults.NoContent(),
            DeletionResult.Published => TypedResults.Problem(statusCode: 409, title: "The clustering is published.", detail: "Publish another one first."),
            _ => NotFound(id),
        };
    }

    internal static ProblemHttpResult NotFound(Guid id) =>
        TypedResults.Problem(statusCode: 404, title: "The clustering does not exist.", detail: $"No clustering has the id {id}.");

    internal static ProblemHttpResult NotSucceeded(Clustering clustering) => TypedResults.Problem(
        statusCode: 409, title: "The clustering has not succeeded.", detail: $"Its state is {clustering.State.ToString().ToLowerInvariant()}.");
}
