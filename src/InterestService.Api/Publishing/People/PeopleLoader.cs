using System.Collections;
using System.Text;
using InterestService.Api.Hosting;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Publishing.People;

/// <summary>Reads who the users of a published clustering are now. All reads of one call must see one moment.</summary>
internal static class PeopleLoader
{
    /// <summary>Reads the persons for rows that have just been read.</summary>
    public static async Task<CurrentPeople> LoadAsync(NpgsqlConnection connection, AssignedUsers users, CancellationToken cancellation) =>
        new(users, null, await ReadLinksAsync(connection, users, null, cancellation), await ReadOptedOutAsync(connection, cancellation));

    /// <summary>Reads the persons again for the same rows.</summary>
    /// <param name="connection">Connection with its transaction.</param>
    /// <param name="people">The persons until now.</param>
    /// <param name="rows">The rows of <paramref name="people"/>, and those that its persons need now.</param>
    /// <param name="view">What was committed when the rows were read, as a <c>pg_snapshot</c>.</param>
    /// <param name="linksChanged">Whether links have changed.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<CurrentPeople> UpdateAsync(
        NpgsqlConnection connection, CurrentPeople people, AssignedUsers rows, string view, bool linksChanged, CancellationToken cancellation)
    {
        var erased = await ReadErasedAsync(connection, people.Erased, rows, view, cancellation);
        var links = linksChanged ? await ReadLinksAsync(connection, rows, erased, cancellation) : people.Links;
        return new CurrentPeople(rows, erased, links, await ReadOptedOutAsync(connection, cancellation));
    }

    /// <summary>
    /// Reads the ids of other parts whose persons have an id in a part. Their rows belong to the part too, so that an id of the part has its
    /// person's answer there, whichever id the clustering knew.
    /// </summary>
    public static async Task<UserIds> ReadGuestsAsync(NpgsqlConnection connection, UserPart part, CancellationToken cancellation)
    {
        var guests = new UserIds();
        await ReadLinksAsync(connection, AddGuests, cancellation);
        return guests;

        void AddGuests(string person, List<string> aliases)
        {
            string[] ids = [person, .. aliases];
            if (!ids.Any(part.Contains)) return;
            foreach (string id in ids.Where(id => !part.Contains(id))) guests.Add(Encoding.UTF8.GetBytes(id));
        }
    }

    /// <summary>Adds the rows of users who have been erased since the rows were read; those of users who were erased before belong to new users.</summary>
    private static async Task<BitArray?> ReadErasedAsync(
        NpgsqlConnection connection, BitArray? known, AssignedUsers rows, string view, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT user_id FROM erasures WHERE removed_by IS NOT NULL AND NOT pg_visible_in_snapshot(removed_by, $1::text::pg_snapshot)", connection);
        query.Parameters.AddWithValue(view);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var erased = known is null ? null : new BitArray(known) { Length = rows.Count };
        while (await reader.ReadAsync(cancellation))
            if (rows.Ids.Find(reader.GetString(0)) is { } row) (erased ??= new BitArray(rows.Count))[row] = true;
        return erased;
    }

    private static async Task<LinkedIds> ReadLinksAsync(
        NpgsqlConnection connection, AssignedUsers users, BitArray? erased, CancellationToken cancellation)
    {
        var links = new LinkedIds(id => CurrentPeople.RowOf(users, erased, id));
        await ReadLinksAsync(connection, links.Add, cancellation);
        return links;
    }

    /// <param name="connection">Connection with its transaction.</param>
    /// <param name="add">Receives each person with more than one id: the id that represents the person, and the others.</param>
    /// <param name="cancellation">Cancels the query.</param>
    private static async Task ReadLinksAsync(NpgsqlConnection connection, Action<string, List<string>> add, CancellationToken cancellation)
    {
        await using var reader = await CopyReader.BeginAsync(connection, "SELECT user_id, alias FROM user_links ORDER BY user_id, alias", cancellation);
        string? person = null;
        var aliases = new List<string>();
        while (await reader.ReadRowAsync(cancellation))
        {
            string user = reader.SharedText();
            if (user != person) AddPerson();
            person = user;
            aliases.Add(reader.Text());
        }

        AddPerson();

        void AddPerson()
        {
            if (person is not null) add(person, aliases);
            aliases.Clear();
        }
    }

    private static async Task<HashSet<string>> ReadOptedOutAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            WITH persons (person) AS {PersonSql.OptedOutSql}
            SELECT person FROM persons UNION SELECT alias FROM user_links JOIN persons ON user_id = person
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var ids = new HashSet<string>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetString(0));
        return ids;
    }
}
