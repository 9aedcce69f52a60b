using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Patterns;

namespace InterestService.Api.Privacy;

/// <summary>
/// The words that follow <c>/users/</c> in addresses of other operations. A request for <c>/users/{id}</c> with one of them as the id was
/// probably meant for such an operation, so that it is refused.
/// </summary>
internal sealed class ReservedIds(EndpointDataSource endpoints)
{
    private readonly Lazy<FrozenSet<string>> _words = new(() => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => endpoint.RoutePattern.PathSegments)
        .Where(segments => segments.Count > 1 && WordOf(segments[0]) == "users")
        .Select(segments => WordOf(segments[1])).OfType<string>().ToFrozenSet(StringComparer.OrdinalIgnoreCase)); // routes ignore case

    /// <summary>Returns the problem with an id in a path; null when there is none.</summary>
    /// <param name="id">The id.</param>
    /// <param name="otherwise">The operation that takes such an id.</param>
    public ProblemHttpResult? Check(string id, string otherwise) => !_words.Value.Contains(id) ? null : TypedResults.Problem(
        statusCode: 400, title: "The id is reserved.",
        detail: Detail(id, otherwise));

    /// <summary>Returns what is told of an id that is reserved.</summary>
    public static string Detail(string id, string otherwise) =>
        $"'{id}' is part of the paths of other operations. Nothing was changed. To address a user with this id, use {otherwise}.";

    private static string? WordOf(RoutePatternPathSegment segment) => segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : null;
}
