using Hangfire;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Comparisons;

/// <summary>Starts, lists, cancels and deletes comparisons of encoders and algorithms.</summary>
internal static class ComparisonsApi
{
    public static void AddComparisons(this IServiceCollection services) => services.AddJob<Comparison>(
        "comparisons", (queue, id) => queue.Enqueue<ComparisonJob>(job => job.RunAsync(id, CancellationToken.None)));

    public static void MapComparisons(this IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/comparisons").WithTags("Comparisons").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings);
        read.MapGet("/", List).WithName("listComparisons").WithExample(200, new Page<ComparisonResponse>([ComparisonExamples.Succeeded], null));
        read.MapGet("/{id}", Get).WithName("getComparison").WithInvalidExample("sort", "Expected recallAt10 or stability or seconds or another metric of the table, found 'quality'.").ProducesProblem(404).WithExample(200, ComparisonExamples.Succeeded);

        var write = routes.MapGroup("/comparisons").WithTags("Comparisons").RequireScope(Scopes.WriteClusterings);
        write.MapPost("/", Start).WithName("startComparison").ProducesProblem(409).ProducesProblem(410).ProducesProblem(422)
            .WithRequestExample(ComparisonExamples.Start).WithExample(202, ComparisonExamples.Queued)
            .WithInvalidExample("seeds", "There is no such field (line 1, byte 9).");
        write.MapDelete("/{id}", Delete).WithName("deleteComparison").ProducesProblem(404);
    }

    /// <summary>Compare encoders and algorithms</summary>
    /// <remarks>
    /// Queues one job that tries every encoder with every algorithm on the same events, the same split and the same seed, and
    /// publishes nothing. Each encoder is trained once. The winner follows from agreement with known groups, rankings and stability, not from
    /// silhouettes: encoders have different vector spaces, whose distances are not comparable. The `Location` header of the response contains its address.
    /// </remarks>
    /// <param name="request">Optional, like each of its fields.</param>
    /// <param name="idempotencyKey">Up to 256 characters of the caller's choice.</param>
    /// <response code="202">Queued, or, for a known Idempotency-Key, what was queued then.</response>
    /// <response code="400">A field is not what was expected; `errors` names the field.</response>
    /// <response code="409">A request with this Idempotency-Key is being answered right now.</response>
    /// <response code="410">What this Idempotency-Key started within 24 hours has been deleted.</response>
    /// <response code="422">The Idempotency-Key was used for another request.</response>
    private static async Task<Results<Accepted<ComparisonResponse>, ValidationProblem, ProblemHttpResult>> Start(
        StartComparisonRequest? request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        HttpContext http,
        JobStore store,
        IOptions<PipelineDefaults> defaults,
        CancellationToken cancellation)
    {
        request ??= new StartComparisonRequest();
        var errors = request.Validate();
        IdempotencyKey.Check(idempotencyKey, errors);
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);

        var complete = request.Complete(defaults.Value.DefaultClusters, defaults.Value.Device);
        var job = new Comparison { Id = store.NewId(), CreatedAt = store.Now(), Request = complete };
        var key = IdempotencyKey.Create<Comparison>(http.User.Identity!.Name!, idempotencyKey, complete);
        var (comparison, isNew, problem) = await store.AddAsync(job, key, cancellation);
        if (problem is not null) return problem;
        if (isNew) store.Enqueue(comparison);
        http.Response.Headers.RetryAfter = JobStore.RetryAfterSeconds;
        return TypedResults.Accepted($"/comparisons/{comparison.Id}", ComparisonResponse.From(comparison));
    }

    /// <summary>List comparisons</summary>
    /// <remarks>The newest first.</remarks>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    private static async Task<Results<Ok<Page<ComparisonResponse>>, ValidationProblem>> List(
        HttpContext http, InterestDbContext context, CancellationToken cancellation, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (context.Comparisons.AsNoTracking().After(http, cursor) is not { } comparisons) return Paging.BadCursor();
        var rows = await comparisons.Take(limit + 1).ToListAsync(cancellation);
        return TypedResults.Ok(Paging.ToPage(http, rows, limit, row => ComparisonResponse.From(row), row => row.Id.ToString()));
    }

    /// <summary>Follow a comparison</summary>
    /// <remarks>Its state and progress and, when it has finished, the table of pairs and the winner with the rule that selected it.</remarks>
    /// <param name="id">Of the comparison.</param>
    /// <param name="sort" example="recallAt10">
    /// The metric by which rows are sorted, best first: `recallAt10`, `clusterPopularity`, `stability`, `seconds` ... By a metric of distances
    /// between vectors (`silhouette`, `daviesBouldin` ...), which is not comparable across encoders, within each encoder only.
    /// </param>
    /// <response code="200">The comparison. While it is running, `Retry-After` contains the time until the next poll.</response>
    /// <response code="400">The metric does not exist; the message lists the valid ones.</response>
    /// <response code="404">The comparison does not exist.</response>
    private static async Task<Results<Ok<ComparisonResponse>, ValidationProblem, ProblemHttpResult>> Get(
        Guid id, HttpResponse response, InterestDbContext context, CancellationToken cancellation, string? sort = null)
    {
        if (sort is not null && !ComparisonOrder.Names.Contains(sort))
            return Problems.Invalid("sort", $"Expected {string.Join(" or ", ComparisonOrder.Names)}, found '{sort}'.");
        if (await context.Comparisons.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } comparison) return NotFound(id);
        if (comparison.State is JobState.Queued or JobState.Running) response.Headers.RetryAfter = JobStore.RetryAfterSeconds;
        return TypedResults.Ok(ComparisonResponse.From(comparison, sort is null ? null : ComparisonOrder.Sorted(comparison.Rows, sort)));
    }

    /// <summary>Cancel or delete a comparison</summary>
    /// <remarks>A queued or running comparison is cancelled; a finished one is deleted.</remarks>
    /// <param name="id">Of the comparison.</param>
    /// <response code="202">It will stop soon.</response>
    /// <response code="204">Deleted.</response>
    /// <response code="404">The comparison does not exist.</response>
    private static async Task<Results<Accepted, NoContent, ProblemHttpResult>> Delete(
        Guid id, InterestDbContext context, JobStore store, CancellationToken cancellation)
    {
        if (await store.CancelAsync<Comparison>(id, cancellation)) return TypedResults.Accepted($"/comparisons/{id}");
        return await context.Comparisons.Where(c => c.Id == id).ExecuteDeleteAsync(cancellation) == 0 ? NotFound(id) : TypedResults.NoContent();
    }

    private static ProblemHttpResult NotFound(Guid id) =>
        TypedResults.Problem(statusCode: 404, title: "The comparison does not exist.", detail: $"No comparison has the id {id}.");
}
