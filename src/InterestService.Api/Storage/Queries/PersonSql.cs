namespace InterestService.Api.Storage.Queries;

/// <summary>SQL about the person behind an id that stands in parameter <c>$1</c>.</summary>
internal static class PersonSql
{
    /// <summary>The id that stands for the person.</summary>
    public const string IdSql = "coalesce((SELECT user_id FROM user_links WHERE alias = $1), $1)";

    /// <summary>All ids of the person.</summary>
    public const string AllIdsSql = $"(SELECT {IdSql} UNION ALL SELECT alias FROM user_links WHERE user_id = {IdSql})";
}
