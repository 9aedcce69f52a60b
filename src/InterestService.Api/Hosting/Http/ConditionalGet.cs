using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Hosting.Http;

/// <summary>ETag and 304 for responses that follow from the published clustering alone.</summary>
internal static class ConditionalGet
{
    /// <summary>Sets the ETag and answers a conditional request.</summary>
    /// <returns>304 when the caller has this version already, otherwise null.</returns>
    public static StatusCodeHttpResult? NotModified(HttpContext http, string etag) =>
        IsNotModified(http, etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : null;

    /// <summary>Sets the ETag.</summary>
    /// <returns>Whether the caller has this version already.</returns>
    public static bool IsNotModified(HttpContext http, string etag)
    {
        http.Response.Headers.ETag = etag;
        http.Response.Headers.CacheControl = "private, no-cache"; // may be stored, must be revalidated
        if (http.Request.Headers.IfNoneMatch.Count == 0) return false;
        return http.Request.GetTypedHeaders().IfNoneMatch
            .Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(new EntityTagHeaderValue(etag), useStrongComparison: false));
    }
}
