using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Queries;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Opts users out of clusterings and erases them.</summary>
internal static class PrivacyApi
{
    public static void AddPrivacy(this IServiceCollection services) => services.AddSingleton<UserEraser>();

    public static void MapPrivacy(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users/{id}").WithTags("Privacy").RequireScope(Scopes.WriteEvents);
        group.MapPut("/opt-out", OptOut);
        group.MapDelete("/opt-out", OptIn);
        group.MapDelete("", Erase);
    }

    /// <summary>Leave a user out</summary>
    /// <remarks>The user's events stay out of every later clustering. What is published stays until the next one.</remarks>
    /// <param name="id">Of the user, or an alias; percent-encoded, `%2F` included.</param>
    /// <response code="204">So it will be.</response>
    private static async Task<NoContent> OptOut(string id, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            INSERT INTO opt_outs (user_id, since) VALUES ({PersonSql.IdSql}, now()) ON CONFLICT DO NOTHING
            """);
        command.Parameters.AddWithValue(id);
        await command.ExecuteNonQueryAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Take a user in again</summary>
    /// <remarks>Later clusterings see the user's events again.</remarks>
    /// <param name="id">Of the user, or an alias; percent-encoded, `%2F` included.</param>
    /// <response code="204">So it will be.</response>
    private static async Task<NoContent> OptIn(string id, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"DELETE FROM opt_outs WHERE user_id = {PersonSql.IdSql}");
        command.Parameters.AddWithValue(id);
        await command.ExecuteNonQueryAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Erase a user</summary>
    /// <remarks>
    /// Events, assignments, labels, links and the opt-out of the person are gone at once, from lookups, similar users and cluster
    /// profiles too, and no clustering that is running brings them back. Events that are sent later are those of a new user.
    /// </remarks>
    /// <param name="id">Of the user, or an alias; percent-encoded, `%2F` included.</param>
    /// <response code="204">Nothing is known of the user any more.</response>
    private static async Task<NoContent> Erase(string id, UserEraser eraser, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        await eraser.EraseAsync(id, cancellation);
        await snapshot.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }
}
