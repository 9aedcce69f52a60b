using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>
/// Names operations after their method and path, which the contract fixes, so that generated clients keep the names of their methods:
/// <c>GET /clusterings/{id}/metrics</c> is <c>getClusteringsByIdMetrics</c>.
/// </summary>
internal static class OperationIds
{
    public static string Of(ApiDescription operation)
    {
        var words = operation.RelativePath!.Split('/', '-').Select(word => word.StartsWith('{') ? $"By{Capital(word.Trim('{', '}'))}" : Capital(word));
        return operation.HttpMethod!.ToLowerInvariant() + string.Concat(words);
    }

    private static string Capital(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];
}
