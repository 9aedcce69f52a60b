using InterestService.Api.Storage.Queries;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>The assignments of a clustering to people as they are now, as lookups have them.</summary>
internal static class ShownAssignments
{
    /// <summary>
    /// Returns a table expression: the columns of <c>assignments</c> and <c>person</c>, the id that represents the person. Ids that are joined are
    /// one person, whose row is that of this id or, without one, of the first alias; people who opted out have none.
    /// </summary>
    public static string Sql(Guid clustering) => $"""
        (SELECT coalesce(links.user_id, assigned.user_id) AS person, assigned.*
        FROM assignments AS assigned LEFT JOIN user_links AS links ON alias = assigned.user_id
        WHERE clustering_id = '{clustering}'
            AND (links.user_id IS NULL OR NOT EXISTS (
                SELECT FROM assignments AS other LEFT JOIN user_links AS joined ON joined.alias = other.user_id
                WHERE other.clustering_id = '{clustering}'
                    AND (other.user_id = links.user_id OR (joined.user_id = links.user_id AND joined.alias < links.alias))))
            AND coalesce(links.user_id, assigned.user_id) NOT IN {PersonSql.OptedOutSql}) AS shown
        """;
}
