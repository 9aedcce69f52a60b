using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Opts users out and erases them, by an id in the path or, for ids that cannot stand there, in the query.</summary>
internal static class PrivacyApi
{
    public static void AddPrivacy(this IServiceCollection services)
    {
        services.AddSingleton<ReservedIds>();
        services.AddSingleton<UserEraser>();
        services.AddHostedService<ErasureSweeper>();
    }

    public static void MapPrivacy(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users").WithTags("Privacy").RequireScope(Scopes.WriteEvents);
        group.MapPut("/{id}/opt-out", OptOut).WithName("optOut");
        group.MapDelete("/{id}/opt-out", OptIn).WithName("optIn");
        group.MapDelete("/{id}", Erase).WithName("eraseUser").ProducesProblem(400)
            .WithExample(400, ProblemExamples.Create(400, "The id is reserved.", ReservedIds.Detail("links", "DELETE /users?id=links")), ProblemExamples.ContentType);
        group.MapPut("/opt-out", OptOutByQuery).WithName("optOutByQuery").WithInvalidExample("id", IdText.Fault);
        group.MapDelete("/opt-out", OptInByQuery).WithName("optInByQuery").WithInvalidExample("id", IdText.Fault);
        group.MapDelete("", EraseByQuery).WithName("eraseUserByQuery").WithInvalidExample("id", IdText.Fault);
    }

    /// <summary>Opt a user out</summary>
    /// <remarks>
    /// The events of this id, and of all ids that it is or will be joined with, stay out of every later clustering, until the opt-out is taken
    /// back for this id. Lookups follow at once: the person has no cluster, interests, explanation or similar users any more, is neither listed
    /// nor counted, and is recommended what is popular.
    /// </remarks>
    /// <param name="id" example="user-00422">Of the user, or an alias; percent-encoded, `%2F` included.</param>
    /// <response code="204">The user has opted out.</response>
    private static async Task<NoContent> OptOut(string id, HttpContext http, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        await OptOuts.AddAsync(database, id, http.CallerName(), cancellation);
        await snapshot.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Take an opt-out back</summary>
    /// <remarks>
    /// Takes the opt-out of this id back. A person stays out while another id of the person has opted out. Lookups answer from the published
    /// clustering again, if it contains the person, and later clusterings see the events again.
    /// </remarks>
    /// <param name="id" example="user-00422">The id that has opted out; percent-encoded, `%2F` included.</param>
    /// <response code="204">The opt-out of the id has been removed.</response>
    private static async Task<NoContent> OptIn(string id, HttpContext http, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        await OptOuts.RemoveAsync(database, id, http.CallerName(), cancellation);
        await snapshot.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Erase a user</summary>
    /// <remarks>
    /// Events, assignments, labels and links of the person, with all ids, are gone at once, from lookups, lists, counts, similar users
    /// and cluster profiles too, and no clustering that is running brings them back. Titles and categories of items that nobody else has an
    /// event on go with them, except what `PUT /items` has said. Events that are sent later are those of a new user, who is out if the person
    /// had opted out: an opt-out lasts until it is taken back. The words that follow `/users/` in other addresses (`links`, `labels`,
    /// `clusters`, `opt-out`) are refused here: `DELETE /users?id=links` erases a user with such an id.
    /// </remarks>
    /// <param name="id" example="user-00440">Of the user, or an alias; percent-encoded, `%2F` included.</param>
    /// <response code="204">The data of the user has been removed.</response>
    /// <response code="400">The id is reserved: it is part of the paths of other operations.</response>
    private static async Task<Results<NoContent, ProblemHttpResult>> Erase(
        string id, HttpContext http, ReservedIds reserved, UserEraser eraser, PublishedSnapshot snapshot, CancellationToken cancellation) =>
        reserved.Check(id, $"DELETE /users?id={Uri.EscapeDataString(id)}") is { } problem ? problem : await EraseAsync(id, http, eraser, snapshot, cancellation);

    /// <summary>Opt a user out, by query</summary>
    /// <remarks>As `PUT /users/{id}/opt-out`, for every id, those among them that cannot stand in a path.</remarks>
    /// <param name="id" example="user-00422">Of the user, or an alias.</param>
    /// <response code="204">The user has opted out.</response>
    private static async Task<Results<NoContent, ValidationProblem>> OptOutByQuery(
        string id, HttpContext http, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation) =>
        Check(id) is { } invalid ? invalid : await OptOut(id, http, database, snapshot, cancellation);

    /// <summary>Take an opt-out back, by query</summary>
    /// <remarks>As `DELETE /users/{id}/opt-out`, for every id: `DELETE /users/links/opt-out` takes the link of an alias `opt-out` back.</remarks>
    /// <param name="id" example="user-00422">The id that has opted out.</param>
    /// <response code="204">The opt-out of the id has been removed.</response>
    private static async Task<Results<NoContent, ValidationProblem>> OptInByQuery(
        string id, HttpContext http, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation) =>
        Check(id) is { } invalid ? invalid : await OptIn(id, http, database, snapshot, cancellation);

    /// <summary>Erase a user, by query</summary>
    /// <remarks>As `DELETE /users/{id}`, for every id: `links`, `labels`, `clusters`, `opt-out`, `.` and `..` among them.</remarks>
    /// <param name="id" example="user-00440">Of the user, or an alias.</param>
    /// <response code="204">The data of the user has been removed.</response>
    private static async Task<Results<NoContent, ValidationProblem>> EraseByQuery(
        string id, HttpContext http, UserEraser eraser, PublishedSnapshot snapshot, CancellationToken cancellation) =>
        Check(id) is { } invalid ? invalid : await EraseAsync(id, http, eraser, snapshot, cancellation);

    private static async Task<NoContent> EraseAsync(string id, HttpContext http, UserEraser eraser, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        await eraser.EraseAsync(id, http.CallerName(), cancellation);
        await snapshot.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static ValidationProblem? Check(string id) => IdText.Check(id) ? null : Problems.Invalid("id", IdText.Fault);
}
